namespace Branchline.Tests.Schema;

/// <summary>A sum that cannot be kept is refused with its line and what would be right.</summary>
public sealed class SumMistakeTests
{
    public static TheoryData<string, string> Cases => new()
    {
        {
            "total: { type: text, sum: { ledger: moves, field: amount, match: { id: thing } } }",
            "shop.yaml:9: things.total: sum does not suit a field of type text; leave it out; it is for integer, decimal, money"
        },
        {
            "total: { type: money, sum: { ledger: moves, field: amount, match: { id: thing } } }",
            "shop.yaml:9: things.total: the sum is money but moves.amount is integer; give both the type integer"
        },
        {
            "total: { type: integer, sum: { ledger: move, field: amount, match: { id: thing } } }",
            "shop.yaml:9: things.total: unknown ledger \"move\"; did you mean \"moves\"? Use one of moves"
        },
        {
            "total: { type: integer, sum: { ledger: things, field: count, match: { id: thing } } }",
            "shop.yaml:9: things.total: things is no ledger; give it kind: ledger, or use one of moves"
        },
        {
            "total: { type: integer, sum: { field: amount, match: { id: thing } } }",
            "shop.yaml:9: things.total: the sum names no ledger; write ledger: NAME"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amont, match: { id: thing } } }",
            "shop.yaml:9: things.total: unknown field of moves \"amont\"; did you mean \"amount\"? Use one of thing, amount, what"
        },
        {
            "total: { type: integer, sum: { ledger: moves, match: { id: thing } } }",
            "shop.yaml:9: things.total: a field's name is missing; write field: FIELD of the ledger"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount } }",
            "shop.yaml:9: things.total: the sum does not say which entries are its own; write match: { FIELD: FIELD of the ledger }"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: {} } }",
            "shop.yaml:9: things.total: the sum does not say which entries are its own; write match: { FIELD: FIELD of the ledger }"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { id: thng } } }",
            "shop.yaml:9: things.total: unknown field of moves \"thng\"; did you mean \"thing\"? Use one of thing, amount, what"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { nme: thing } } }",
            "shop.yaml:9: things.total: unknown field of things \"nme\"; did you mean \"name\"? Use one of id, name, state, tags, count, total"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { name: thing } } }",
            "shop.yaml:9: things.total: name is text but the ledger's thing is ref to things; match fields of one type"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { id: thing }, create: maybe } }",
            "shop.yaml:9: things.total: create cannot be \"maybe\"; write true or false"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { id: thing }, count: { field: what, value: uot } } }",
            "shop.yaml:9: things.total: unknown value of moves.what \"uot\"; did you mean \"out\"? Use one of in, out"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { id: thing }, count: { field: what } } }",
            "shop.yaml:9: things.total: the count names no value; write value: WORD"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { id: thing }, count: { field: amount, value: 1 } } }",
            "shop.yaml:9: things.total: moves.amount is no enum; name an enum field of the ledger"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { id: thing }, counts: { field: amount, value: 1 } } }",
            "shop.yaml:9: things.total: unknown key \"counts\"; did you mean \"count\"? Use one of ledger, field, match, create, count"
        },
        {
            "total: { type: integer, sum: moves }",
            "shop.yaml:9: things.total: this must be a map; give it ledger, field, match, create, count"
        },
        {
            "total: { type: integer, required: true, sum: { ledger: moves, field: amount, match: { id: thing } } }",
            "shop.yaml:9: things.total: a sum is kept by the node and cannot have required; leave it out"
        },
        {
            "total: { type: integer, merge: max, sum: { ledger: moves, field: amount, match: { id: thing } } }",
            "shop.yaml:9: things.total: a sum is kept by the node and cannot have merge; leave it out"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { id: thing }, create: true } }",
            "shop.yaml:9: things.total: a row made for an entry would lack name; match every required field, or give it a default"
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wrong_sum_is_named_with_its_line_and_a_remedy(string piece, string said) => Assert.Equal(said, Broken.Field(piece));
}
