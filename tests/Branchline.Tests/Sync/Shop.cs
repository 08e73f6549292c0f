using Branchline.Protocol;
using Branchline.Server.Mutations;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Sync;

/// <summary>A node with two branches and one product, and people to work in them.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private int _devices;

    private Shop(TestNode node) => Node = node;

    public TestNode Node { get; }

    public Guid North { get; } = NewId.Next();

    public Guid South { get; } = NewId.Next();

    public Guid Product { get; } = NewId.Next();

    public string NorthScope => $"branch:{North}";

    public string SouthScope => $"branch:{South}";

    public static async Task<Shop> OpenAsync()
    {
        var shop = new Shop(await TestNode.StartAsync());
        var manager = shop.Device("manager");
        await manager.ApplyAsync(
            Write.Insert("products", shop.Product, ("name", FieldValue.Of("Rice 5 kg")), ("price", FieldValue.Of(1250))));
        await shop.AsNodeAsync(
            Write.Insert("branches", shop.North, ("name", FieldValue.Of("North")), ("code", FieldValue.Of("B01"))),
            Write.Insert("branches", shop.South, ("name", FieldValue.Of("South")), ("code", FieldValue.Of("B02"))));
        return shop;
    }

    /// <summary>A device on which somebody of this role works, in these branches.</summary>
    public TestDevice Device(string role, params Guid[] branches) =>
        new(Node.SignedIn(role, [.. branches.Select(branch => branch.ToString())]), $"device-{++_devices}");

    public async Task AsNodeAsync(params RowWrite[] writes)
    {
        var device = new DeviceId("node");
        var clock = Node.Services.GetRequiredService<NodeClock>();
        var outcome = await Node.Services.GetRequiredService<MutationPipeline>().ApplyAsync(
            new Mutation(device, 0, NewId.Next(), clock.Next(device), null, writes), Writer.Node, ApplyOptions.Default, CancellationToken.None);
        Assert.IsType<MutationOutcome.Applied>(outcome);
    }

    /// <summary>A stock movement of the shop's product in the north branch.</summary>
    public RowWrite Move(string kind, long quantity, Guid? branch = null) =>
        Write.Insert(
            "inventory_adjustments", NewId.Next(), ("product_id", FieldValue.Of(Product.ToString())),
            ("branch_id", FieldValue.Of((branch ?? North).ToString())), ("kind", FieldValue.Of(kind)), ("quantity", FieldValue.Of(quantity)));

    public static async Task<long?> OnHandAsync(TestDevice device, string scope)
    {
        var part = (await device.SnapshotAsync(scope)).Parts.SingleOrDefault(part => part.Table == "inventories");
        return part?.Rows.Single()[part.Columns.ToList().IndexOf("quantity")].AsInteger;
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
