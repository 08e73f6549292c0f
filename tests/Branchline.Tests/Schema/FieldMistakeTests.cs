namespace Branchline.Tests.Schema;

/// <summary>A field that means nothing is refused with its line and what would be right.</summary>
public sealed class FieldMistakeTests
{
    public static TheoryData<string, string> Cases => new()
    {
        {
            "price: { type: mony }",
            "shop.yaml:9: things.price: unknown type \"mony\"; did you mean \"money\"? Use one of text, integer, decimal, money, boolean, date, timestamp, enum, ref, json, file"
        },
        { "price: { type: [money] }", "shop.yaml:9: things.price: type must be one word; write type: WORD" },
        {
            "price: { type: vault }",
            "shop.yaml:9: things.price: unknown type \"vault\"; use one of text, integer, decimal, money, boolean, date, timestamp, enum, ref, json, file"
        },
        {
            "price: { label: Price }",
            "shop.yaml:9: things.price: the field has no type; write type: and one of text, integer, decimal, money, boolean, date, timestamp, enum, ref, json, file"
        },
        {
            "price: money",
            "shop.yaml:9: things.price: this must be a map; give it type, label, required, default, unique, index, search, min, max, scale, values, table, merge, group, sum"
        },
        {
            "Price: { type: money }",
            "shop.yaml:9: things.Price: \"Price\" is not a name; a name is a letter, then letters, digits and _, lower case, at most 40"
        },
        {
            "a_name_that_goes_on_and_on_and_on_and_on_x: { type: text }",
            "shop.yaml:9: things.a_name_that_goes_on_and_on_and_on_and_on_x: \"a_name_that_goes_on_and_on_and_on_and_on_x\" is not a name; a name is a letter, then letters, digits and _, lower case, at most 40"
        },
        { "id: { type: text }", "shop.yaml:9: things.id: every table has this field; leave it out" },
        { "created_at: { type: timestamp }", "shop.yaml:9: things.created_at: every table has this field; leave it out" },
        { "limit: { type: integer }", "shop.yaml:9: things.limit: this name is a parameter of every list's address; take another name" },
        { "name: { type: text }", "shop.yaml:9: things.fields: \"name\" is declared twice; keep one of the two" },
        {
            "note: { type: text, requird: true }",
            "shop.yaml:9: things.note: unknown key \"requird\"; did you mean \"required\"? Use one of type, label, required, default, unique, index, search, min, max, scale, values, table, merge, group, sum"
        },
        { "note: { type: text, required: yes }", "shop.yaml:9: things.note: required cannot be \"yes\"; write true or false" },
        { "note: { type: text, required: [true] }", "shop.yaml:9: things.note: required must be one word; write required: WORD" },
        { "note: { type: text, required: }", "shop.yaml:9: things.note: required must be one word; write required: WORD" },
        { "note: { type: text, type: text }", "shop.yaml:9: things.note: \"type\" is declared twice; keep one of the two" },
        {
            "born: { type: date, search: true }",
            "shop.yaml:9: things.born: search does not suit a field of type date; leave it out; it is for text"
        },
        {
            "born: { type: date, min: 1 }",
            "shop.yaml:9: things.born: min does not suit a field of type date; leave it out; it is for integer, decimal, money"
        },
        {
            "flag: { type: boolean, max: 1 }",
            "shop.yaml:9: things.flag: max does not suit a field of type boolean; leave it out; it is for integer, decimal, money, text, file"
        },
        {
            "note: { type: text, min: 1 }",
            "shop.yaml:9: things.note: min does not suit a field of type text; leave it out; it is for integer, decimal, money"
        },
        { "note: { type: text, max: 0 }", "shop.yaml:9: things.note: max cannot be 0; allow at least one character" },
        { "note: { type: text, max: many }", "shop.yaml:9: things.note: max cannot be \"many\"; write a number" },
        { "price: { type: money, min: 0.5 }", "shop.yaml:9: things.price: min cannot be 0.5; write a whole number" },
        { "price: { type: money, min: 5, max: 4 }", "shop.yaml:9: things.price: max 4 is below min 5; write the smaller number as min" },
        {
            "price: { type: money, scale: 2 }",
            "shop.yaml:9: things.price: scale does not suit a field of type money; leave it out; it is for decimal"
        },
        { "weight: { type: decimal, scale: 9 }", "shop.yaml:9: things.weight: scale cannot be 9; write a whole number from 0 to 8" },
        { "weight: { type: decimal, scale: 1.5 }", "shop.yaml:9: things.weight: scale cannot be 1.5; write a whole number from 0 to 8" },
        { "kind: { type: enum }", "shop.yaml:9: things.kind: the enum has no values; write values: [WORD, WORD]" },
        { "kind: { type: enum, values: [] }", "shop.yaml:9: things.kind: the enum has no values; write values: [WORD, WORD]" },
        { "kind: { type: enum, values: [a, a] }", "shop.yaml:9: things.kind: values has \"a\" twice; keep one of the two" },
        {
            "kind: { type: enum, values: [[a]] }",
            "shop.yaml:9: things.kind: values must be a list of words; write values: [WORD, WORD]\nshop.yaml:9: things.kind: the enum has no values; write values: [WORD, WORD]"
        },
        {
            "kind: { type: text, values: [a] }",
            "shop.yaml:9: things.kind: values does not suit a field of type text; leave it out; it is for enum"
        },
        {
            "kind: { type: enum, values: [small, large], default: smal }",
            "shop.yaml:9: things.kind: the default does not suit: things.kind cannot be \"smal\"; use one of small, large"
        },
        {
            "price: { type: money, default: 1.5 }",
            "shop.yaml:9: things.price: the default does not suit: things.price cannot be 1.5; send a whole number of the currency's smallest unit, at most 9007199254740991"
        },
        {
            "price: { type: money, default: cheap }",
            "shop.yaml:9: things.price: the default does not suit: things.price cannot be \"cheap\"; send a whole number of the currency's smallest unit, at most 9007199254740991"
        },
        {
            "price: { type: money, default: -1, min: 0 }",
            "shop.yaml:9: things.price: the default does not suit: things.price cannot be -1; send at least 0"
        },
        {
            "flag: { type: boolean, default: yes }",
            "shop.yaml:9: things.flag: the default does not suit: things.flag cannot be \"yes\"; send true or false"
        },
        {
            "born: { type: date, default: now }",
            "shop.yaml:9: things.born: the default does not suit: things.born cannot be \"now\"; send a day as in \"2026-11-21\""
        },
        {
            "born: { type: timestamp, default: today }",
            "shop.yaml:9: things.born: the default does not suit: things.born cannot be \"today\"; send a time with its offset as in \"2026-11-21T08:00:00.000Z\""
        },
        {
            "born: { type: date, default: 2026-02-30 }",
            "shop.yaml:9: things.born: the default does not suit: things.born cannot be \"2026-02-30\"; send a day as in \"2026-11-21\""
        },
        {
            "note: { type: text, default: null }",
            "shop.yaml:9: things.note: null is no default; leave it out; a field without a default begins empty"
        },
        {
            "note: { type: text, default: abc, max: 2 }",
            "shop.yaml:9: things.note: the default does not suit: things.note has 3 characters, 2 are allowed; shorten it to 2 characters"
        },
        {
            "note: { type: text, default: [a] }",
            "shop.yaml:9: things.note: the default does not suit: things.note cannot be [\"a\"]; send a text in quotes"
        },
        {
            "set: { type: json, merge: set-union, default: { a: 1 } }",
            "shop.yaml:9: things.set: the default does not suit: things.set cannot be {\"a\":1}; send a list"
        },
        { "owner: { type: ref }", "shop.yaml:9: things.owner: the ref names no table; write table: NAME" },
        {
            "owner: { type: ref, table: thing }",
            "shop.yaml:9: things.owner: unknown table \"thing\"; did you mean \"things\"? Use one of things, moves"
        },
        { "owner: { type: ref, table: warehouse }", "shop.yaml:9: things.owner: unknown table \"warehouse\"; use one of things, moves" },
        {
            "note: { type: text, table: things }",
            "shop.yaml:9: things.note: table does not suit a field of type text; leave it out; it is for ref"
        },
        {
            "note: { type: text, merge: set-union }",
            "shop.yaml:9: things.note: merge set-union does not suit a field of type text; it is for json lists"
        },
        {
            "note: { type: text, merge: max }",
            "shop.yaml:9: things.note: merge max does not suit a field of type text; it is for integer, decimal, money, date and timestamp"
        },
        {
            "note: { type: text, merge: last-write }",
            "shop.yaml:9: things.note: unknown merge policy \"last-write\"; did you mean \"last-writer\"? Use one of last-writer, server-only, write-once, max, min, set-union, manual"
        },
        {
            "note: { type: text, merge: chance }",
            "shop.yaml:9: things.note: unknown merge policy \"chance\"; use one of last-writer, server-only, write-once, max, min, set-union, manual"
        },
        {
            "a: { type: text, group: g }\n      b: { type: text, group: g, merge: write-once }",
            "shop.yaml:10: things.b: its merge policy is not that of a, but both are of group g; give a group's fields one policy"
        },
        {
            "note: { type: text, unique: [nme] }",
            "shop.yaml:9: things.note: unknown field of a unique set \"nme\"; did you mean \"name\"? Use one of name, state, tags, count, note"
        },
        { "note: { type: text, unique: [] }", "shop.yaml:9: things.note: unique names no fields; write unique: true or unique: [FIELD]" },
        { "note: { type: text, unique: often }", "shop.yaml:9: things.note: unique cannot be \"often\"; write true or false" },
        { "note: { type: text, unique: [note] }", "shop.yaml:9: things.note: a unique set names note twice; keep one of the two" },
        { "bag: { type: json, unique: true }", "shop.yaml:9: things.bag: bag is json and cannot be unique; use a field of another type" },
        {
            "note: { type: text, unique: { a: b } }",
            "shop.yaml:9: things.note: unique names no fields; write unique: true or unique: [FIELD]"
        },
        {
            "kind: { type: enum, values: [a, \"\"] }",
            "shop.yaml:9: things.kind: a value of an enum cannot be blank; leave it out; a field that is not required may be empty"
        },
        { "note: { type: text, label: [Note] }", "shop.yaml:9: things.note: label must be one word; write label: WORD" },
        { "price: { type: money, min: { a: 1 } }", "shop.yaml:9: things.price: min must be one word; write min: WORD" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wrong_field_is_named_with_its_line_and_a_remedy(string piece, string said) => Assert.Equal(said, Broken.Field(piece));
}
