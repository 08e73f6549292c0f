using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Scenarios;

/// <summary>A device that moves stock and pushes batches until each is acknowledged, always with the same numbers and words.</summary>
internal sealed class Till(Shop shop, string name, int seed, int mostPerBatch = 12)
{
    private readonly DeviceId _device = new(name);
    private readonly Random _random = new(seed);
    private string? _incarnation;
    private long _n;

    /// <summary>Quantity by the id of each acknowledged ledger row, and its product.</summary>
    public Dictionary<Guid, (Guid Product, long Quantity)> Acknowledged { get; } = [];

    /// <summary>The ids of the acknowledged mutations.</summary>
    public List<Guid> Mutations { get; } = [];

    public async Task SellUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await PushAsync(_random.Next(1, mostPerBatch));
        }
    }

    /// <summary>So many mutations, each of one row.</summary>
    public async Task SellAsync(int count)
    {
        for (var left = count; left > 0; left -= mostPerBatch)
        {
            await PushAsync(Math.Min(left, mostPerBatch));
        }
    }

    private Task PushAsync(int count) => PushAsync([.. Enumerable.Range(0, count).Select(_ => NextMove())]);

    private async Task PushAsync(Mutation[] batch)
    {
        var left = batch.AsMemory();
        while (!left.IsEmpty)
        {
            var request = new PushRequest(_incarnation, left.ToArray());
            var answer = await shop.SendAsync(
                HttpMethod.Post, "/sync/push", JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.PushRequest));
            var reply = answer.Deserialize(ProtocolJson.Default.PushReply)!;
            _incarnation = reply.Incarnation;
            foreach (var outcome in reply.Outcomes)
            {
                Assert.IsType<MutationOutcome.Applied>(outcome);
            }

            foreach (var mutation in left.Span[..reply.Outcomes.Count])
            {
                Mutations.Add(mutation.Id);
                var write = mutation.Writes[0];
                Acknowledged.Add(write.Id, (Guid.Parse(write.Fields["product_id"].AsText!), write.Fields["quantity"].AsInteger!.Value));
            }

            left = left[reply.Outcomes.Count..];
        }
    }

    private Mutation NextMove()
    {
        var fields = new Dictionary<string, FieldValue>
        {
            ["product_id"] = FieldValue.Of(shop.ProductIds[_random.Next(shop.ProductIds.Count)].ToString()),
            ["branch_id"] = FieldValue.Of(shop.Branch.ToString()),
            ["kind"] = FieldValue.Of("in"),
            ["quantity"] = FieldValue.Of(_random.Next(1, 10)),
        };
        var at = new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0, _device);
        return new Mutation(
            _device, ++_n, Shop.Ids.Next(), at, null, [new RowWrite("inventory_adjustments", Shop.Ids.Next(), WriteKind.Insert, fields)]);
    }
}
