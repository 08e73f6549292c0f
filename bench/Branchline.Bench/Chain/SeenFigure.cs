using Branchline.Bench.Engine;
using Branchline.Client;
using Branchline.Protocol;

namespace Branchline.Bench.Chain;

/// <summary>
/// From saving a change at one branch until a client of another branch tells of it, ready to be painted: device, branch, master, branch, device.
/// Rounds run by themselves, as they do.
/// </summary>
internal static class SeenFigure
{
    private static readonly TimeSpan InStepWithin = TimeSpan.FromMinutes(1);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(BenchRun run)
    {
        await using var shop = await Shop.OpenAsync(run.Program);
        var (north, harbour) = (await shop.InviteAsync("North"), await shop.InviteAsync("Harbour"));
        var (here, there) = (await shop.JoinAsync(north, new Dictionary<string, string?>()), await shop.JoinAsync(harbour, new Dictionary<string, string?>()));
        await here.WhenLoadedAsync();
        await there.WhenLoadedAsync();
        await using var writer = await ConnectAsync(here, await here.SeatAsync("manager", north.Branch));
        await using var reader = await ConnectAsync(there, await there.SeatAsync("manager", harbour.Branch));
        var waits = await WaitsAsync(writer, reader, run);
        return
        [
            new Figure("A change in one branch, ready to be painted in another", "ms, p50", [.. waits.Select(one => Figure.Percentile(one, 0.5))]) { Ceiling = 30 },
            new Figure("The same", "ms, p99", [.. waits.Select(one => Figure.Percentile(one, 0.99))]) { Ceiling = 150 },
        ];
    }

    private static async Task<double[][]> WaitsAsync(BranchlineClient writer, BranchlineClient reader, BenchRun run)
    {
        var row = writer.NewId();
        await using var changes = reader.ChangesAsync().GetAsyncEnumerator();
        await writer.MutateAsync(draft => draft.Insert("products", row, ("name", FieldValue.Of("Seen")), ("price", FieldValue.Of(100))));
        var times = Math.Max(20, (int)(500 * run.Scale));
        var (number, waits) = (0, new double[run.Runs + 1][]);
        for (var round = 0; round <= run.Runs; round++)
        {
            waits[round] = new double[times];
            for (var time = 0; time < times; time++)
            {
                waits[round][time] = await OnceAsync(writer, changes, row, $"change {++number}");
            }
        }

        // The first warmed up.
        return waits[1..];
    }

    private static async Task<double> OnceAsync(BranchlineClient writer, IAsyncEnumerator<RowChange<object>> changes, Guid row, string note)
    {
        var started = TimeProvider.System.GetTimestamp();
        var saving = writer.MutateAsync(draft => draft.Update("products", row, ("description", FieldValue.Of(note))));
        while (await changes.MoveNextAsync()
            && !(changes.Current.Id == row && changes.Current.Row is IReadOnlyDictionary<string, FieldValue> fields && fields.GetValueOrDefault("description").AsText == note))
        {
        }

        var took = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        await saving;
        return took;
    }

    private static async Task<BranchlineClient> ConnectAsync(ChainNode node, Seat seat)
    {
        var options = new ClientOptions { Failed = failure => Console.Error.WriteLine(failure) };
        var client = await BranchlineClient.ConnectAsync(node.Address, Credentials.Token(seat.Token), new ClientStore(Path.Combine(node.Data, "till.db")), options);
        using var late = new CancellationTokenSource(InStepWithin, TimeProvider.System);
        await client.WhenLoadedAsync(late.Token);
        return client;
    }
}
