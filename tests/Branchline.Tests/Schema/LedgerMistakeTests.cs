namespace Branchline.Tests.Schema;

/// <summary>What a ledger cannot have: its entries never change.</summary>
public sealed class LedgerMistakeTests
{
    public static TheoryData<string, string> Fields => new()
    {
        {
            "kind: { type: text, merge: write-once }",
            "shop.yaml:17: moves.kind: a ledger's entries never change, so merge means nothing; leave it out"
        },
        {
            "kind: { type: text, group: g }",
            "shop.yaml:17: moves.kind: a ledger's entries never change, so group means nothing; leave it out"
        },
        {
            "total: { type: integer, sum: { ledger: moves, field: amount, match: { id: thing } } }",
            "shop.yaml:17: moves.total: a ledger's entries never change, so sum means nothing; leave it out\nshop.yaml:17: moves.total: id is ref to moves but the ledger's thing is ref to things; match fields of one type"
        },
    };

    public static TheoryData<string, string> Keys => new()
    {
        {
            "workflow: { field: what, start: in, moves: [{ from: in, to: out, roles: [admin] }] }",
            "shop.yaml:18: moves.workflow: a ledger's entries never move; leave the workflow out, or make the table a record"
        },
        { "access: { update: [admin] }", "shop.yaml:18: moves.access.update: a ledger's entries are never changed; leave it out" },
        { "access: { delete: [admin] }", "shop.yaml:18: moves.access.delete: a ledger's entries are never deleted; leave it out" },
        {
            "events: [{ word: moved, on: [insert, update] }]",
            "shop.yaml:18: moves.events: a ledger sees no update; write on: [insert] or leave it out"
        },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_that_would_change_an_entry_is_named_with_its_line_and_a_remedy(string piece, string said) => Assert.Equal(said, Broken.Entry(piece));

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_that_would_change_an_entry_is_named_with_its_line_and_a_remedy(string piece, string said) => Assert.Equal(said, Broken.Ledger(piece));
}
