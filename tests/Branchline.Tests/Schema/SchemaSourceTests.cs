using System.Text;
using Branchline.Merchant;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Schema;

namespace Branchline.Tests.Schema;

public sealed class SchemaSourceTests : IDisposable
{
    private const string Catalog = "feature: catalog\ntables: { products: { fields: { name: { type: text }, shelf: { type: ref, table: shelves } } } }";
    private const string Stock = "feature: stock\ntables: { shelves: { fields: { name: { type: text } } } }";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("branchline-schema-");

    [Fact]
    public void A_directory_of_files_is_one_business()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "catalog.yaml"), Catalog);
        File.WriteAllText(Path.Combine(_folder.FullName, "stock.yaml"), Stock);
        File.WriteAllText(Path.Combine(_folder.FullName, "notes.txt"), "not a schema");
        var schema = SchemaSource.FromDirectory(_folder.FullName).Load();
        Assert.Equal(["products", "shelves"], schema.Tables.Keys);
        Assert.Equal("stock", schema.Tables["shelves"].Feature);
    }

    [Fact]
    public void The_program_carries_its_own_business()
    {
        var schema = SchemaSource.FromAssembly(typeof(MerchantSchema).Assembly).Load();
        Assert.Equal(schema.Hash, SchemaSource.FromFiles(MerchantSchema.Files).Load().Hash);
    }

    [Fact]
    public void A_directory_that_is_missing_or_empty_is_refused_in_one_sentence()
    {
        var missing = Path.Combine(_folder.FullName, "none");
        Assert.Equal(
            $"{missing}: the schema directory does not exist; name a directory that holds *.yaml files",
            Assert.Throws<SchemaException>(() => SchemaSource.FromDirectory(missing)).Message);
        Assert.Equal(
            $"{_folder.FullName}: the schema directory holds no *.yaml file; put one file per feature there",
            Assert.Throws<SchemaException>(() => SchemaSource.FromDirectory(_folder.FullName)).Message);
    }

    [Fact]
    public void A_table_declared_in_two_files_is_refused_with_both_places() => Assert.Equal(
        "b.yaml:3: products: the table is declared in a.yaml:2 already; keep one of the two",
        Broken.Mistakes(("b.yaml", "feature: b\ntables:\n  products: { fields: { name: { type: text } } }"), ("a.yaml", Stock.Replace("shelves", "products"))));

    [Fact]
    public void All_mistakes_of_all_files_are_told_at_once_in_their_order() => Assert.Equal(
        """
        a.yaml:2: products.price: unknown type "mony"; did you mean "money"? Use one of text, integer, decimal, money, boolean, date, timestamp, enum, ref, json, file
        a.yaml:3: shelves: unknown title field "nme"; did you mean "name"? Use one of name
        b.yaml:2: clients.shelf: unknown table "shelfs"; did you mean "shelves"? Use one of products, shelves, clients
        """,
        Broken.Mistakes(
            ("b.yaml", "feature: b\ntables: { clients: { fields: { shelf: { type: ref, table: shelfs } } } }"),
            ("a.yaml", "feature: a\ntables: { products: { fields: { price: { type: mony } } },\n  shelves: { title: nme, fields: { name: { type: text } } } }")));

    [Fact]
    public void The_hash_is_16_hex_digits_and_changes_with_what_is_declared_but_not_with_the_order_of_files()
    {
        var hash = Broken.Load(("a.yaml", Catalog), ("b.yaml", Stock)).Hash;
        Assert.Matches("^[0-9a-f]{16}$", hash);
        Assert.Equal(hash, Broken.Load(("z.yaml", Catalog), ("y.yaml", "# a remark\n" + Stock)).Hash);
        Assert.NotEqual(hash, Broken.Load(("a.yaml", Catalog), ("b.yaml", Stock.Replace("text", "text, required: true"))).Hash);
    }

    [Fact]
    public void What_is_not_said_is_filled_in()
    {
        var table = Broken.Load(("shop.yaml", """
            feature: shop
            tables:
              cash_sessions:
                scope: { user: owner }
                fields:
                  owner: { type: text, required: true }
                  parent_id: { type: ref, table: cash_sessions }
                  rate: { type: decimal }
                  state: { type: enum, values: [open, closed] }
                  number: { type: text, unique: [owner] }
                workflow: { field: state, start: open, moves: [{ from: open, to: closed, roles: "*" }] }
                events: [{ channel: cash, name: "cash:{action}" }]
            """)).Tables["cash_sessions"];

        Assert.Equal(("Cash sessions", TableKind.Record, "owner"), (table.Label, table.Kind, table.Title));
        Assert.Equal(("Parent", true), (table.Fields["parent_id"].Label, table.Fields["parent_id"].Index));
        Assert.Equal((4, MergePolicy.LastWriter), (table.Fields["rate"].Scale, table.Fields["rate"].Merge));
        Assert.Equal((FieldValue.Of("open"), true), (table.Fields["state"].Default, table.Fields["state"].Index));
        Assert.Equal((2000m, true), (table.Fields["owner"].Max, table.Fields["owner"].Index));
        Assert.Equal([["number", "owner"]], table.Unique);
        Assert.Equal(["admin", "manager", "cashier", "releasing"], table.Access.Read);
        Assert.Equal(["admin"], table.Access.Create);
        Assert.Equal(["open", "closed"], table.Workflow!.Order);
        Assert.Equal(table.Access.Read, table.Workflow.Moves[0].Roles);
        Assert.Equal(["insert", "update", "delete"], table.Events[0].On);
        Assert.Equal(["id", "state"], table.Events[0].Fields);
    }

    [Fact]
    public void Nobody_changes_or_deletes_a_ledgers_entries_and_they_are_only_heard_when_made()
    {
        var ledger = Broken.Load(("shop.yaml", """
            feature: shop
            tables: { moves: { kind: ledger, fields: { note: { type: text } }, events: [{ word: moved }] } }
            """)).Tables["moves"];
        Assert.Empty(ledger.Access.Update);
        Assert.Empty(ledger.Access.Delete);
        Assert.Equal(["insert"], ledger.Events[0].On);
    }

    [Fact]
    public void Nobody_deletes_a_row_that_the_node_keeps_by_its_ledger()
    {
        const string Shelves = """
            feature: shop
            tables:
              shelves:
                fields:
                  place: { type: text, required: true }
                  many:  { type: integer, sum: { ledger: moves, field: many, match: { place: place }, create: true } }
              moves: { kind: ledger, fields: { place: { type: text, required: true }, many: { type: integer } } }
            """;
        Assert.Empty(Broken.Load(("shop.yaml", Shelves)).Tables["shelves"].Access.Delete);
        Assert.Equal(
            "shop.yaml:4: shelves.access.delete: the node makes and keeps these rows by their ledger; leave it out",
            Broken.Mistakes(Shelves.Replace("shelves:", "shelves:\n    access: { delete: [admin] }")));
    }

    [Fact]
    public void A_default_may_be_any_value_of_its_type()
    {
        var fields = Broken.Load(("shop.yaml", """
            feature: shop
            tables:
              things:
                fields:
                  code:  { type: text, default: 0815 }
                  many:  { type: integer, default: 1e3 }
                  rate:  { type: decimal, default: 1.50 }
                  ready: { type: boolean, default: false }
                  made:  { type: timestamp, default: 2026-11-21T10:00+02:00 }
                  tags:  { type: json, default: [a, { b: 1, c: "1", d: null }] }
            """)).Tables["things"].Fields;
        Assert.Equal(FieldValue.Of("0815"), fields["code"].Default);
        Assert.Equal(FieldValue.Of(1000), fields["many"].Default);
        Assert.Equal("1.5", fields["rate"].Default.ToString());
        Assert.Equal(FieldValue.Of(false), fields["ready"].Default);
        Assert.Equal(FieldValue.Of("2026-11-21T08:00:00.000Z"), fields["made"].Default);
        Assert.Equal("""["a",{"b":1,"c":"1","d":null}]""", fields["tags"].Default.AsJson);
    }

    [Fact]
    public void A_compiled_schema_read_back_and_written_again_is_the_same_bytes()
    {
        var shop = SchemaSource.FromFiles(MerchantSchema.Files).Load();
        var json = SchemaJson.Write(shop);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(SchemaJson.Write(SchemaJson.Parse(json))));
        Assert.Equal("price", SchemaJson.Parse(json).Tables["products"].Fields["price"].Name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
