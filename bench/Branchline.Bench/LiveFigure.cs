namespace Branchline.Bench;

/// <summary>From sending a write to the frame that tells of it, with 200 live sockets and 200 changes a second.</summary>
internal static class LiveFigure
{
    private const int Sockets = 200;
    private const int Writers = 8;
    private const int ChangesPerSecond = 200;
    private const int Seconds = 5;
    private const int WarmUpChanges = ChangesPerSecond * 2;
    private const int Changes = ChangesPerSecond * Seconds;
    private static readonly TimeSpan LastFrameWithin = TimeSpan.FromSeconds(10);

    public static async Task<(Figure Median, Figure P99)> MeasureAsync(Seat seat, int runs, IReadOnlyList<Guid> rows)
    {
        var sent = new long[WarmUpChanges + (runs * Changes)];
        LiveSocket[] sockets = [.. Enumerable.Range(0, Sockets).Select(_ => new LiveSocket(seat, sent))];
        foreach (var socket in sockets)
        {
            socket.Greet();
        }

        var listening = Task.WhenAll(sockets.Select(socket => socket.ListenAsync()));
        PushDevice[] writers = [.. Enumerable.Range(1, Writers).Select(number => new PushDevice(seat, $"bench-live-{number}"))];
        await WriteAsync(writers, rows, (0, WarmUpChanges), sent);
        var (median, p99) = (new double[runs], new double[runs]);
        for (var run = 0; run < runs; run++)
        {
            await WriteAsync(writers, rows, (WarmUpChanges + (run * Changes), Changes), sent);
        }

        await listening.WaitAsync(LastFrameWithin);
        for (var run = 0; run < runs; run++)
        {
            var span = new Range(WarmUpChanges + (run * Changes), WarmUpChanges + ((run + 1) * Changes));
            double[] waits = [.. sockets.SelectMany(socket => socket.Waits[span]).Order()];
            (median[run], p99[run]) = (waits[waits.Length / 2], waits[waits.Length * 99 / 100]);
        }

        Array.ForEach(writers, writer => writer.Dispose());
        Array.ForEach(sockets, socket => socket.Dispose());
        const string What = "Write sent to frame received, 200 sockets, 200 changes/s";
        return (new Figure(What + ", median", "ms", median), new Figure(What + ", p99", "ms", p99) { Ceiling = 20 });
    }

    /// <summary>Each writer sends every eighth change, of a row of its own, on time whatever the others do.</summary>
    private static Task WriteAsync(PushDevice[] writers, IReadOnlyList<Guid> rows, (int First, int Count) span, long[] sent)
    {
        var started = TimeProvider.System.GetTimestamp();
        return Task.WhenAll(writers.Select(async (writer, number) =>
        {
            for (var index = number; index < span.Count; index += writers.Length)
            {
                var wait = TimeSpan.FromSeconds((double)index / ChangesPerSecond) - TimeProvider.System.GetElapsedTime(started);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, TimeProvider.System);
                }

                Volatile.Write(ref sent[span.First + index], TimeProvider.System.GetTimestamp());
                writer.PushUpdate(rows[number], LiveSocket.NoteOf(span.First + index));
            }
        }));
    }
}
