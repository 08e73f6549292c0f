namespace Branchline.Bench;

/// <summary>Memory the program holds some seconds after it was started with the demo shop.</summary>
internal static class MemoryFigure
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    public static async Task<Figure> MeasureAsync(string program, string data, int runs)
    {
        var sizes = new double[runs];
        for (var run = 0; run < runs; run++)
        {
            using var node = BenchNode.Start(program, data);
            using var http = new HttpClient { BaseAddress = node.Address };
            (await http.GetAsync("/health")).EnsureSuccessStatusCode();
            await Task.Delay(Settle, TimeProvider.System);
            sizes[run] = node.ResidentBytes / 1024.0 / 1024.0;
        }

        return new Figure("Memory held when idle, demo shop", "MB", sizes) { Ceiling = 120 };
    }
}
