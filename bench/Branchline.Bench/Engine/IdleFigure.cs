using System.Text.Json;

namespace Branchline.Bench.Engine;

/// <summary>Memory of a fresh node on the filled database with 1,000 devices that are in step on <c>/sync/live</c> and say nothing.</summary>
internal static class IdleFigure
{
    private const int Devices = 1000;
    private const double MB = 1024 * 1024;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public static async Task<IEnumerable<Figure>> MeasureAsync(BenchRun run)
    {
        var (alone, together) = (new double[run.Runs], new double[run.Runs]);
        for (var index = 0; index < run.Runs; index++)
        {
            using var node = BenchNode.Start(run.Program, run.Data);
            var seat = await node.SignInAsync();
            await Task.Delay(Settle, TimeProvider.System);
            alone[index] = node.ResidentBytes / MB;
            var cursors = await CursorsAsync(seat);
            LiveSocket[] sockets = [.. Enumerable.Range(0, Devices).Select(_ => new LiveSocket(seat, []))];
            foreach (var (number, socket) in sockets.Index())
            {
                socket.Greet($"bench-idle-{number}", cursors);
            }

            await Task.Delay(Settle, TimeProvider.System);
            together[index] = node.ResidentBytes / MB;
            Array.ForEach(sockets, socket => socket.Dispose());
        }

        return
        [
            new Figure("Memory of a fresh node on this data, no device", "MB", alone),
            new Figure($"Memory of the same with {Devices:N0} idle live devices", "MB", together) { Below = 200 },
        ];
    }

    /// <summary>The members of a hello's cursors, at the heads of the feeds.</summary>
    private static async Task<string> CursorsAsync(Seat seat)
    {
        using var http = seat.Client();
        var cursors = new List<string>();
        foreach (var scope in (string[])["everyone", $"branch:{seat.Branch}"])
        {
            using var chunk = JsonDocument.Parse(await http.GetByteArrayAsync($"/sync/snapshot?scope={scope}&limit=1"));
            cursors.Add($"\"{scope}\":\"{chunk.RootElement.GetProperty("cursor").GetString()}\"");
        }

        return string.Join(',', cursors);
    }
}
