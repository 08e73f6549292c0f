using System.Text;
using System.Text.Json;

namespace Branchline.Bench.Engine;

/// <summary>Changes a second that one reader gets by pulling a branch's feed page by page, from its beginning to its end.</summary>
internal static class CatchUpFigure
{
    private const int PageChanges = 5000;
    private static readonly byte[] Change = "{\"seq\":"u8.ToArray();
    private static readonly byte[] More = "\"more\":true"u8.ToArray();
    private static readonly byte[] To = "\"to\":\""u8.ToArray();

    public static async Task<Figure> MeasureAsync(Seat seat, BenchRun run)
    {
        using var http = seat.Client();
        var epoch = (await EpochAsync(http, seat)).Split('.')[0];
        var (count, _) = await ReadAsync(http, seat, epoch);
        if (count < run.Filling.Changes)
        {
            throw new InvalidOperationException($"The feed has only {count} changes");
        }

        var (rates, cpu) = (new double[run.Runs], new double[run.Runs]);
        for (var index = 0; index < run.Runs; index++)
        {
            var before = seat.Node.CpuTime;
            var (changes, took) = await ReadAsync(http, seat, epoch);
            rates[index] = changes / took.TotalSeconds;
            cpu[index] = (seat.Node.CpuTime - before).TotalMicroseconds / changes;
        }

        return new Figure($"Catch-up: {count:N0} changes pulled in pages of {PageChanges:N0}, one reader", "changes/s", rates) { AtLeast = 150_000, Cpu = cpu };
    }

    private static async Task<string> EpochAsync(HttpClient http, Seat seat)
    {
        using var chunk = JsonDocument.Parse(await http.GetByteArrayAsync($"/sync/snapshot?scope=branch:{seat.Branch}&limit=1"));
        return chunk.RootElement.GetProperty("cursor").GetString()!;
    }

    // The pages are counted off the clock; on it, only their tails and heads are looked at.
    private static async Task<(int Changes, TimeSpan Took)> ReadAsync(HttpClient http, Seat seat, string epoch)
    {
        var (changes, took, cursor) = (0, TimeSpan.Zero, $"{epoch}.0");
        for (var isMore = true; isMore;)
        {
            var started = TimeProvider.System.GetTimestamp();
            using var ask = new StringContent(
                $$$"""{"device":"bench-reader","cursors":{"branch:{{{seat.Branch}}}":"{{{cursor}}}"},"limit":{{{PageChanges}}}}""", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync("/sync/pull", ask);
            answer.EnsureSuccessStatusCode();
            var page = await answer.Content.ReadAsByteArrayAsync();
            took += TimeProvider.System.GetElapsedTime(started);
            changes += page.AsSpan().Count(Change);
            (cursor, isMore) = (CursorOf(page), page.AsSpan().IndexOf(More) >= 0);
        }

        return (changes, took);
    }

    private static string CursorOf(ReadOnlySpan<byte> page)
    {
        var at = page.IndexOf(To) is >= 0 and var found ? page[(found + To.Length)..] : throw new InvalidDataException(Encoding.UTF8.GetString(page));
        return Encoding.UTF8.GetString(at[..at.IndexOf((byte)'"')]);
    }
}
