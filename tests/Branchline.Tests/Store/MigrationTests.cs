using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server;
using Branchline.Server.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Store;

public sealed class MigrationTests
{
    private const string Plain = """
        feature: shop
        tables:
          items:
            scope: everyone
            fields:
              name:   { type: text, required: true }
              size:   { type: enum, values: [small, large], default: small }
              weight: { type: decimal, scale: 2 }
            access: { create: [manager], update: [manager], delete: [manager] }
        """;

    [Fact]
    public async Task A_field_added_to_the_schema_is_there_after_a_restart_and_writes_nothing_to_the_log()
    {
        using var directory = new TempDirectory();
        var id = NewId.Next();
        await using (var node = await StartAsync(directory, Plain))
        {
            await Device(node).ApplyAsync(Item(id));
        }

        var wider = Plain.Replace("      weight:", "      colour: { type: text, required: true, default: red }\n      weight:", StringComparison.Ordinal);
        await using (var node = await StartAsync(directory, wider))
        {
            Assert.Equal("red", (await Device(node).RowAsync("everyone", "items", id))!["colour"].AsText);
            Assert.Single(await Device(node).ChangesAsync("everyone"));
        }

        using var database = directory.OpenDatabase();
        Assert.Equal("Add items.colour", database.Scalar("SELECT description FROM schema_migrations ORDER BY id DESC"));
    }

    [Theory]
    [InlineData("      weight: { type: decimal, scale: 2 }", "", "! Drop items.weight: loses the values of 1 rows")]
    [InlineData("values: [small, large], default: small", "values: [large], default: large", "! Change items.size: loses 1 rows hold small and would hold 'large'")]
    [InlineData("weight: { type: decimal, scale: 2 }", "weight: { type: text }", "! Change items.weight from decimal of scale 2 to text: loses values that do not fit become empty or are rounded")]
    public async Task What_drops_or_narrows_is_refused_with_a_plan_and_done_only_when_asked_for(string from, string to, string line)
    {
        using var directory = new TempDirectory();
        await using (var node = await StartAsync(directory, Plain))
        {
            await Device(node).ApplyAsync(Item(NewId.Next()));
        }

        var narrower = Plain.Replace(from, to, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(directory, narrower));

        Assert.Contains(line, refused.Message, StringComparison.Ordinal);
        var schema = Load(narrower);
        Assert.Contains(line, DatabaseMigration.Plan(directory.DatabaseFile, schema, TimeProvider.System));
        var copy = DatabaseMigration.Apply(directory.DatabaseFile, schema, TimeProvider.System);
        Assert.True(File.Exists(copy));
        Assert.Empty(DatabaseMigration.Plan(directory.DatabaseFile, schema, TimeProvider.System));
        await using var after = await StartAsync(directory, narrower);
        Assert.Single((await Device(after).SnapshotAsync("everyone")).Parts);
    }

    [Fact]
    public async Task A_table_that_is_declared_no_longer_is_not_dropped_unasked()
    {
        using var directory = new TempDirectory();
        var two = Plain + "\n  notes:\n    scope: everyone\n    fields:\n      text: { type: text }\n";
        await using (await StartAsync(directory, two))
        {
        }

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(directory, Plain));

        Assert.Contains("! Drop table notes: loses 0 rows", refused.Message, StringComparison.Ordinal);
        await using var back = await StartAsync(directory, two);
    }

    private static RowWrite Item(Guid id) => Write.Insert("items", id, ("name", FieldValue.Of("Bag")), ("weight", FieldValue.Of(1.25m)));

    private static TestDevice Device(TestNode node) => new(node.SignedIn("manager"), "till-1");

    private static BusinessSchema Load(string yaml) => SchemaSource.FromFiles(Files(yaml)).Load();

    private static Dictionary<string, string> Files(string yaml) => new() { ["shop.yaml"] = yaml };

    private static Task<TestNode> StartAsync(TempDirectory directory, string yaml) =>
        TestNode.StartAsync(new TestSettings { Directory = directory.Path, Schema = SchemaSource.FromFiles(Files(yaml)) });
}
