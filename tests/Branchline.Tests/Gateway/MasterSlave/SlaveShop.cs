using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Tests.Replication;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Gateway.MasterSlave;

/// <summary>Two branches on a shared node, and slaves that have an account each. What others left there is not counted.</summary>
internal sealed class SlaveShop : IDisposable
{
    private readonly HttpClient _admin;
    private readonly HashSet<string> _before = [];

    private SlaveShop(TestNode node)
    {
        Node = node;
        _admin = node.SignedIn("admin");
    }

    public TestNode Node { get; }

    public Guid Branch { get; } = NewId.Next();

    public Guid OtherBranch { get; } = NewId.Next();

    public static async Task<SlaveShop> OpenAsync(TestNode node)
    {
        var shop = new SlaveShop(node);
        foreach (var id in new[] { shop.Branch, shop.OtherBranch })
        {
            await shop.WriteAsync(Write.Insert("branches", id, ("name", FieldValue.Of(id.ToString())), ("code", FieldValue.Of(id.ToString("N")[22..]))));
        }

        foreach (var table in new[] { "products", "categories", "inventories", "inventory_adjustments" })
        {
            shop._before.UnionWith((await shop.RowsAsync(table)).Select(row => row.GetProperty("id").GetString()!));
        }

        return shop;
    }

    public async Task WriteAsync(params RowWrite[] writes) => Assert.IsType<MutationOutcome.Applied>(await Chain.WriteAsync(Node, "office", writes));

    public async Task<Guid> PriceAsync(string name, int price)
    {
        var id = NewId.Next();
        await WriteAsync(Write.Insert("products", id, ("name", FieldValue.Of(name)), ("price", FieldValue.Of(price))));
        return id;
    }

    public async Task<Guid> ClientAsync(string name)
    {
        var id = NewId.Next();
        await WriteAsync(Write.Insert("clients", id, ("name", FieldValue.Of(name)), ("branch_id", FieldValue.Of(Branch.ToString()))));
        return id;
    }

    public LaravelSlave Slave(string name, TimeProvider? clock = null, TimeSpan ahead = default) => new(Signed(name), clock ?? TimeProvider.System) { Ahead = ahead };

    public HttpClient Signed(string name) => Signed(name, Branch);

    public HttpClient Signed(string name, Guid branch)
    {
        var email = $"{name}.{branch:N}@slaves.shop";
        var user = Node.Node.Users.FindByEmail(email) ?? Node.Create(new NewUser(name, email, "manager", TestNode.Password) { BranchIds = [branch.ToString()] });
        return Node.SignedInAs(user.Id);
    }

    public async Task<IReadOnlyList<JsonElement>> RowsAsync(string table)
    {
        var rows = await (await _admin.GetAsync("/api/" + table, TestContext.Current.CancellationToken)).JsonAsync();
        return [.. rows.EnumerateArray().Where(row => !_before.Contains(row.GetProperty("id").GetString()!))];
    }

    public IReadOnlyList<JsonObject> Rows(LaravelSlave slave, string table) => [.. slave.Rows(table).Where(row => !_before.Contains(row["id"]!.ToString()))];

    public void Dispose() => _admin.Dispose();
}
