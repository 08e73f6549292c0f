using Branchline.Client;
using Branchline.Protocol;

namespace Branchline.Bench.Engine;

/// <summary>What a person waits for: an empty round trip, and one client's change on another one's screen.</summary>
internal static class RoundTripFigures
{
    private const int WarmUps = 1000;
    private const int Times = 1000;

    public static async Task<IEnumerable<Figure>> EmptyAsync(BenchClients clients, BenchRun run)
    {
        await using var client = await clients.InStepAsync("round");
        return Figures(".NET client: empty round trip", (1, 1), await RunsAsync(run.Runs, async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            return await client.SyncAsync()
                ? TimeProvider.System.GetElapsedTime(started).TotalMilliseconds
                : throw new InvalidOperationException($"The client is {client.State}");
        }));
    }

    /// <summary>From asking one client to save a change, which waits for its own disk, until another tells of it.</summary>
    public static async Task<IEnumerable<Figure>> SeenAsync(BenchClients clients, BenchRun run)
    {
        await using var writer = await clients.InStepAsync("writer");
        await using var reader = await clients.InStepAsync("reader");
        var row = writer.NewId();
        await writer.MutateAsync(draft => draft.Insert(
            "clients", row, ("name", FieldValue.Of("Seen")), ("branch_id", FieldValue.Of(clients.Seat.Branch.ToString()))));
        await using var changes = reader.ChangesAsync().GetAsyncEnumerator();
        var number = 0;
        return Figures(".NET client: a change saved by one, seen by another", (3, 15), await RunsAsync(run.Runs, async () =>
        {
            var note = $"change {++number}";
            var started = TimeProvider.System.GetTimestamp();
            var saving = writer.MutateAsync(draft => draft.Update("clients", row, ("note", FieldValue.Of(note))));
            while (await changes.MoveNextAsync() && !Tells(changes.Current, row, note))
            {
            }

            var took = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
            await saving;
            return took;
        }));
    }

    private static bool Tells(RowChange<object> change, Guid row, string note) =>
        change.Id == row && change.Row is IReadOnlyDictionary<string, FieldValue> fields && fields.GetValueOrDefault("note").AsText == note;

    private static async Task<double[][]> RunsAsync(int runs, Func<Task<double>> once)
    {
        for (var time = 0; time < WarmUps; time++)
        {
            await once();
        }

        var waits = new double[runs][];
        for (var run = 0; run < runs; run++)
        {
            waits[run] = new double[Times];
            for (var time = 0; time < Times; time++)
            {
                waits[run][time] = await once();
            }
        }

        return waits;
    }

    private static Figure[] Figures(string what, (double P50, double P99) aim, double[][] waits) =>
    [
        new(what + ", p50 of 1,000", "ms", [.. waits.Select(run => Figure.Percentile(run, 0.5))]) { Below = aim.P50 },
        new(what + ", p99", "ms", [.. waits.Select(run => Figure.Percentile(run, 0.99))]) { Below = aim.P99 },
    ];
}
