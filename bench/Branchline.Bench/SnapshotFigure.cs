using System.Text.Json;
using Branchline.Bench.Engine;

namespace Branchline.Bench;

/// <summary>Rows a second out of a snapshot, uncompressed, one reader, chunk after chunk.</summary>
internal static class SnapshotFigure
{
    private const int ChunkRows = 5000;

    public static async Task<Figure> MeasureAsync(Seat seat, BenchRun run)
    {
        using var http = seat.Client();
        var (rows, _) = await ReadAsync(http, seat, ChunkRows);
        if (rows < run.Filling.Rows)
        {
            throw new InvalidOperationException($"The snapshot has only {rows} rows");
        }

        var (rates, cpu) = (new double[run.Runs], new double[run.Runs]);
        for (var index = 0; index < run.Runs; index++)
        {
            var before = seat.Node.CpuTime;
            var (count, took) = await ReadAsync(http, seat, ChunkRows - 1 - index);
            rates[index] = count / took.TotalSeconds;
            cpu[index] = (seat.Node.CpuTime - before).TotalMicroseconds / count;
        }

        return new Figure($"Snapshot of {rows:N0} rows in chunks of {ChunkRows:N0}, uncompressed, one reader", "rows/s", rates)
        {
            Floor = 200_000, AtLeast = 300_000, Cpu = cpu,
        };
    }

    // Chunks of another size were not read before: what is measured is the reading, not the shelf. Rows are counted off the clock.
    private static async Task<(int Rows, TimeSpan Took)> ReadAsync(HttpClient http, Seat seat, int limit)
    {
        var (rows, took) = (0, TimeSpan.Zero);
        for (string? next = ""; next is not null;)
        {
            var started = TimeProvider.System.GetTimestamp();
            var chunk = await http.GetByteArrayAsync($"/sync/snapshot?scope=branch:{seat.Branch}&limit={limit}{(next.Length == 0 ? "" : "&after=" + next)}");
            took += TimeProvider.System.GetElapsedTime(started);
            using var json = JsonDocument.Parse(chunk);
            rows += json.RootElement.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("rows").GetArrayLength());
            next = json.RootElement.GetProperty("next").GetString();
        }

        return (rows, took);
    }
}
