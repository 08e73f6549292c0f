using System.Text.Json;

namespace Branchline.Bench;

/// <summary>Rows a second out of a snapshot, uncompressed, one reader, chunk after chunk.</summary>
internal static class SnapshotFigure
{
    public const int LeastRows = 200_000;

    private const int ChunkRows = 5000;

    public static async Task<Figure> MeasureAsync(Seat seat, int runs)
    {
        using var http = seat.Client();
        _ = await RunAsync(http, seat, ChunkRows);
        var rates = new double[runs];
        for (var run = 0; run < runs; run++)
        {
            rates[run] = await RunAsync(http, seat, ChunkRows - 1 - run);
        }

        return new Figure("Snapshot of a branch, uncompressed, one reader", "rows/s", rates) { Floor = 200_000 };
    }

    // Chunks of another size were not read before: what is measured is the reading, not the shelf.
    private static async Task<double> RunAsync(HttpClient http, Seat seat, int limit)
    {
        var chunks = new List<byte[]>();
        var started = TimeProvider.System.GetTimestamp();
        for (string? next = ""; next is not null; next = NextOf(chunks[^1]))
        {
            chunks.Add(await http.GetByteArrayAsync($"/sync/snapshot?scope=branch:{seat.Branch}&limit={limit}{(next.Length == 0 ? "" : "&after=" + next)}"));
        }

        var took = TimeProvider.System.GetElapsedTime(started);
        var rows = chunks.Sum(RowsOf);
        return rows >= LeastRows ? rows / took.TotalSeconds : throw new InvalidOperationException($"The snapshot has only {rows} rows");
    }

    // The last member of a chunk; only the tail is looked at while the clock runs.
    private static string? NextOf(byte[] chunk)
    {
        var tail = chunk.AsSpan(chunk.AsSpan().LastIndexOf("\"next\":"u8) + 7).TrimEnd((byte)'}');
        return tail.SequenceEqual("null"u8) ? null : System.Text.Encoding.UTF8.GetString(tail.Trim((byte)'"'));
    }

    private static int RowsOf(byte[] chunk)
    {
        using var json = JsonDocument.Parse(chunk);
        return json.RootElement.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("rows").GetArrayLength());
    }
}
