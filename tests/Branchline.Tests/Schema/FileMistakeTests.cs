namespace Branchline.Tests.Schema;

/// <summary>Files that are no schema.</summary>
public sealed class FileMistakeTests
{
    public static TheoryData<string, string> Cases => new()
    {
        { "", "shop.yaml:1: the file declares nothing; start it with \"feature: NAME\" and \"tables:\"" },
        { "# only a comment", "shop.yaml:1: the file declares nothing; start it with \"feature: NAME\" and \"tables:\"" },
        { "- a list", "shop.yaml:1: the file declares nothing; start it with \"feature: NAME\" and \"tables:\"" },
        { "feature: shop", "shop.yaml:1: the file declares no tables; write tables: and below it each table's name" },
        {
            "tables: {}",
            "shop.yaml:1: the file has no feature; write feature: NAME\nshop.yaml:1: the file declares no tables; write tables: and below it each table's name"
        },
        { "feature: shop\ntables: {}", "shop.yaml:2: the file declares no tables; write tables: and below it each table's name" },
        {
            "feature: My shop\ntables: { things: { fields: { name: { type: text } } } }",
            "shop.yaml:1: feature: \"My shop\" is not a name; a name is a letter, then letters, digits and _, lower case, at most 40"
        },
        {
            "feature: shop\ntable: { things: { fields: { name: { type: text } } } }",
            "shop.yaml:1: the file declares no tables; write tables: and below it each table's name\nshop.yaml:2: unknown key \"table\"; did you mean \"tables\"? Use one of feature, tables"
        },
        {
            "feature: shop\ntables: { things: { label: Things } }",
            "shop.yaml:2: things: the table has no fields; write fields: and below it each field's name and type"
        },
        {
            "feature: shop\ntables: { things: { fields: {} } }",
            "shop.yaml:2: things: the table has no fields; write fields: and below it each field's name and type"
        },
        {
            "feature: shop\ntables: { things: [name] }",
            "shop.yaml:2: things: this must be a map; give it label, kind, document, scope, title, unique, fields, access, workflow, events"
        },
        {
            "feature: shop\ntables: { Things: { fields: { name: { type: text } } } }",
            "shop.yaml:2: Things: \"Things\" is not a name; a name is a letter, then letters, digits and _, lower case, at most 40"
        },
        {
            "feature: shop\ntables: { sync: { fields: { name: { type: text } } } }",
            "shop.yaml:2: sync: this name belongs to the node; take another name"
        },
        {
            "feature: shop\ntables: { sqlite_things: { fields: { name: { type: text } } } }",
            "shop.yaml:2: sqlite_things: this name belongs to the node; take another name"
        },
        {
            "feature: shop\ntables: { things: { fields: { name: { type: text } } }, things: { fields: { name: { type: text } } } }",
            "shop.yaml:2: tables: \"things\" is declared twice; keep one of the two"
        },
        {
            "feature: shop\ntables:\n  things:\n   fields:\n  name: [unclosed",
            "shop.yaml:6: this is not YAML: While parsing a flow sequence, did not find expected ',' or ']'; mind indentation, quotes and brackets"
        },
        {
            "feature: shop\ntables:\n\\tthings: 1",
            "shop.yaml:2: tables: this must be a map; write NAME: VALUE\nshop.yaml:3: unknown key \"\\tthings\"; use one of feature, tables"
        },
        {
            "feature: shop\n---\nfeature: other",
            "shop.yaml:2: this is not YAML: a second document begins here; mind indentation, quotes and brackets"
        },
        {
            "feature: shop\ntables: { ? [a] : b }",
            "shop.yaml:2: this is not YAML: a key must be one word; mind indentation, quotes and brackets"
        },
        {
            "feature: shop\ntables: { things: *none }",
            "shop.yaml:2: this is not YAML: nothing is named &none above; mind indentation, quotes and brackets"
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wrong_file_is_named_with_its_line_and_a_remedy(string piece, string said) => Assert.Equal(said, Broken.Mistakes(piece));
}
