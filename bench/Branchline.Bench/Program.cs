// The figures of one node: make bench. Options: --program PATH of another build, --only WORD (memory, push, rest, live, snapshot, sync) for some of the figures, --runs COUNT.
using System.Globalization;
using Branchline.Bench;

var root = FindRoot();
var program = Option("--program") ?? Path.Combine(root, "dist", "branchline");
var only = Option("--only");
var runs = int.Parse(Option("--runs") ?? "3", CultureInfo.InvariantCulture);
if (!File.Exists(program))
{
    Console.Error.WriteLine($"There is no program at {program}; run `make build` first.");
    return 1;
}

var data = Directory.CreateTempSubdirectory("branchline-bench-").FullName;
var figures = new List<Figure>();
try
{
    var acknowledged = new List<Guid>();
    BenchNode.Start(program, data).Dispose();
    if (Wanted("memory"))
    {
        Add(await MemoryFigure.MeasureAsync(program, data, runs));
    }

    using (var node = BenchNode.Start(program, data))
    {
        var seat = await node.SignInAsync();
        Add(PushFigure.Measure(seat, runs, acknowledged));
        if (Wanted("rest"))
        {
            Add(RestFigure.Measure(seat, runs, acknowledged));
        }

        if (Wanted("live"))
        {
            var (median, p99) = await LiveFigure.MeasureAsync(seat, runs, acknowledged);
            Add(median);
            Add(p99);
        }

        if (Wanted("snapshot"))
        {
            Add(await SnapshotFigure.MeasureAsync(seat, runs));
        }

        if (Wanted("sync"))
        {
            foreach (var figure in await FirstSyncFigure.MeasureAsync(seat, runs))
            {
                Add(figure);
            }
        }
    }

    StoredRows.Verify(data, acknowledged);
    Console.WriteLine($"{acknowledged.Count:N0} rows acknowledged, each stored once.");
    if (only is null)
    {
        Console.WriteLine(Report.Write(Path.Combine(root, "bench", "results"), figures));
    }
}
finally
{
    Directory.Delete(data, recursive: true);
}

return figures.TrueForAll(figure => figure.Holds) ? 0 : 1;

bool Wanted(string word) => only is null || only == word;

void Add(Figure figure)
{
    figures.Add(figure);
    Console.WriteLine($"{figure.What}: {Report.Spell(figure.Median)} {figure.Unit}{(figure.Holds ? "" : "  MISSED")}  ({string.Join(", ", figure.Runs.Select(Report.Spell))})  {Report.Cpu(figure)}");
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

static string FindRoot()
{
    for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
    {
        if (File.Exists(Path.Combine(folder.FullName, "Branchline.slnx")))
        {
            return folder.FullName;
        }
    }

    throw new InvalidOperationException("The bench runs inside the repository");
}
