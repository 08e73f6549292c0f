namespace Branchline.Tests.Schema;

/// <summary>A table's own keys: kind, scope, title, unique sets, access.</summary>
public sealed class TableMistakeTests
{
    public static TheoryData<string, string> Cases => new()
    {
        {
            "lable: Things",
            "shop.yaml:10: things: unknown key \"lable\"; did you mean \"label\"? Use one of label, kind, document, scope, title, unique, fields, access, workflow, events"
        },
        { "label: [Things]", "shop.yaml:10: things: label must be one word; write label: WORD" },
        { "kind: register", "shop.yaml:10: things: unknown kind \"register\"; use one of record, ledger" },
        { "document: perhaps", "shop.yaml:10: things: document cannot be \"perhaps\"; write true or false" },
        { "scope: everybody", "shop.yaml:10: things: this is no scope; write everyone, { branch: FIELD } or { user: FIELD }, with through: REF where the row follows another" },
        { "scope: { branch: shop }", "shop.yaml:10: things: unknown scope field \"shop\"; use one of name, state, tags, count" },
        {
            "scope: { branch: tags }",
            "shop.yaml:10: things: the scope field tags is not a required ref or text; give it type: ref or type: text, and required: true"
        },
        { "scope: { tenant: name }", "shop.yaml:10: things: unknown scope \"tenant\"; use one of branch, user" },
        {
            "scope: { branch: name, user: name }",
            "shop.yaml:10: things: this is no scope; write everyone, { branch: FIELD } or { user: FIELD }, with through: REF where the row follows another"
        },
        {
            "scope: { branch: name, through: nam }",
            "shop.yaml:10: things: unknown field to be seen through \"nam\"; did you mean \"name\"? Use one of name, state, tags, count"
        },
        {
            "scope: { branch: name, through: state }",
            "shop.yaml:10: things: state names no row of another table; name a ref to the table whose rows these follow"
        },
        { "title: nam", "shop.yaml:10: things: unknown title field \"nam\"; did you mean \"name\"? Use one of name, state, tags, count" },
        { "unique: [name]", "shop.yaml:10: things: unique must be a list of sets of fields; write unique: [[FIELD, FIELD]]" },
        { "unique: name", "shop.yaml:10: things: unique must be a list of sets of fields; write unique: [[FIELD, FIELD]]" },
        { "unique: []", "shop.yaml:10: things: unique must be a list of sets of fields; write unique: [[FIELD, FIELD]]" },
        {
            "unique: [[name, nam]]",
            "shop.yaml:10: things: unknown field of a unique set \"nam\"; did you mean \"name\"? Use one of name, state, tags, count"
        },
        { "unique: [[name, name]]", "shop.yaml:10: things: a unique set names name twice; keep one of the two" },
        { "unique: [[]]", "shop.yaml:10: things: a unique set lists fields; write unique: [[FIELD, FIELD]]" },
        { "unique: [[tags]]", "shop.yaml:10: things: tags is json and cannot be unique; use a field of another type" },
        {
            "access: { raed: [admin] }",
            "shop.yaml:10: things.access: unknown key \"raed\"; did you mean \"read\"? Use one of read, create, update, delete"
        },
        {
            "access: { create: [clerk, adnim] }",
            "shop.yaml:10: things.access.create: unknown role \"clerk\"; use one of admin, manager, cashier, releasing, *\nshop.yaml:10: things.access.create: unknown role \"adnim\"; use one of admin, manager, cashier, releasing, *"
        },
        {
            "access: { create: [{ admin: true }] }",
            "shop.yaml:10: things.access: create must be a list of words; write create: [WORD, WORD]"
        },
        { "access: admin", "shop.yaml:10: things.access: this must be a map; give it read, create, update, delete" },
        {
            "document: true\n    access: { delete: [admin] }",
            "shop.yaml:11: things.access.delete: a document of record is voided, never deleted; leave it out"
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wrong_table_is_named_with_its_line_and_a_remedy(string piece, string said) => Assert.Equal(said, Broken.Table(piece));
}
