// The figures of one node: make bench. Options: --program PATH of another build, --only WORD for some of the figures.
using Branchline.Bench;

const int Runs = 3;
var root = FindRoot();
var program = Option("--program") ?? Path.Combine(root, "dist", "branchline");
var only = Option("--only");
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
        Add(await MemoryFigure.MeasureAsync(program, data, Runs));
    }

    using (var node = BenchNode.Start(program, data))
    {
        var seat = await node.SignInAsync();
        Add(PushFigure.Measure(seat, Runs, acknowledged));
        if (Wanted("rest"))
        {
            Add(RestFigure.Measure(seat, Runs, acknowledged));
        }

        if (Wanted("live"))
        {
            var (median, p99) = await LiveFigure.MeasureAsync(seat, Runs, acknowledged);
            Add(median);
            Add(p99);
        }

        if (Wanted("snapshot"))
        {
            Add(await SnapshotFigure.MeasureAsync(seat, Runs));
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
    Console.WriteLine($"{figure.What}: {Report.Spell(figure.Median)} {figure.Unit}{(figure.Holds ? "" : "  MISSED")}  ({string.Join(", ", figure.Runs.Select(Report.Spell))})");
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
