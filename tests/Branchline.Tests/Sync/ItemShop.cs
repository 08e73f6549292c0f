using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Sync;

/// <summary>A node with one item whose fields have every merge policy, and two devices of two people that did not hear of each other.</summary>
internal sealed class ItemShop : IAsyncDisposable
{
    private const string Schema = """
        feature: shop
        tables:
          items:
            scope: everyone
            fields:
              name:    { type: text, required: true }
              note:    { type: text }
              sold_by: { type: text, merge: write-once }
              from:    { type: text, group: journey, merge: write-once }
              to:      { type: text, group: journey, merge: write-once }
              top:     { type: integer, merge: max }
              last_on: { type: date, merge: max }
              low:     { type: decimal, scale: 2, merge: min }
              tags:    { type: json, merge: set-union }
              ceiling: { type: money, merge: manual }
              total:   { type: integer, merge: server-only }
              price:   { type: money, group: pricing }
              cost:    { type: money, group: pricing }
              decided: { type: text, group: decision }
              status:  { type: enum, values: [asked, approved, cancelled], default: asked, group: decision }
            access: { create: [manager], update: [manager], delete: [manager] }
            workflow:
              field: status
              start: asked
              order: [asked, approved, cancelled]
              moves:
                - { from: asked, to: approved, roles: [manager] }
                - { from: [asked, approved], to: cancelled, roles: [manager] }
        """;

    private readonly long _start;

    private ItemShop(TestNode node)
    {
        Node = node;
        EarlyUser = node.User("manager", NewId.Next().ToString()).Id;
        LateUser = node.User("manager", NewId.Next().ToString()).Id;
        Early = new TestDevice(node.SignedInAs(EarlyUser), "early");
        Late = new TestDevice(node.SignedInAs(LateUser), "late");
        _start = Early.Stamp().Milliseconds;
    }

    public TestNode Node { get; }

    public Guid Item { get; } = NewId.Next();

    /// <summary>The device that wrote first.</summary>
    public TestDevice Early { get; }

    public string EarlyUser { get; }

    /// <summary>The device that wrote a second later.</summary>
    public TestDevice Late { get; }

    public string LateUser { get; }

    public static async Task<ItemShop> OpenAsync(params (string Name, FieldValue Value)[] fields)
    {
        var node = await TestNode.StartAsync(new TestSettings
        {
            Schema = SchemaSource.FromFiles(new Dictionary<string, string> { ["shop.yaml"] = Schema }), Rules = [],
        });
        var shop = new ItemShop(node);
        await shop.AsNodeAsync(Write.Insert("items", shop.Item, [("name", FieldValue.Of("Rice")), .. fields]));

        // Both know the item as it was made, and nothing since.
        shop.Early.Base = shop.Late.Base = new Cursor((await shop.Early.PullAsync([])).Epoch, 1);
        return shop;
    }

    /// <summary>Both write what they meant, neither having heard of the other; the late one arrives first when so wished.</summary>
    public async Task<(MutationOutcome Early, MutationOutcome Late)> MeetAsync(
        (string Name, FieldValue Value)[] early, (string Name, FieldValue Value)[] late, bool lateFirst = false)
    {
        if (lateFirst)
        {
            var lateOutcome = await SendAsync(Late, 2000, late);
            return (await SendAsync(Early, 1000, early), lateOutcome);
        }

        var earlyOutcome = await SendAsync(Early, 1000, early);
        return (earlyOutcome, await SendAsync(Late, 2000, late));
    }

    public async Task<MutationOutcome> SendAsync(TestDevice device, long after, params (string Name, FieldValue Value)[] fields) =>
        Assert.Single((await device.SendAsync(device.Mutation(Write.Update("items", Item, fields)) with { At = device.Stamp(_start + 1000 + after) })).Outcomes);

    public async Task<FieldValue> FieldAsync(string field) => (await Early.RowAsync("everyone", "items", Item))![field];

    public string? Conflict(string columns) => Stored.Scalar(Node, $"SELECT {columns} FROM _conflicts ORDER BY id DESC");

    public async Task AsNodeAsync(params RowWrite[] writes)
    {
        var device = new DeviceId("node");
        var clock = Node.Services.GetRequiredService<NodeClock>();
        var outcome = await Node.Services.GetRequiredService<MutationPipeline>().ApplyAsync(
            new Mutation(device, 0, NewId.Next(), clock.Next(device), null, writes), Writer.Node, ApplyOptions.Default, CancellationToken.None);
        Assert.IsType<MutationOutcome.Applied>(outcome);
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
