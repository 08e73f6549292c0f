// The figures of one node: make bench. Options: --program PATH of another build; --only WORD,WORD for some of the figures (see Cases.cs), which
// writes no file unless --name NAME names one; --runs COUNT; --scale TIMES for so many times the rows.
using System.Globalization;
using Branchline.Bench;
using Branchline.Bench.Engine;

var root = FindRoot();
var program = Option("--program") ?? Path.Combine(root, "dist", "branchline");
var only = Option("--only")?.Split(',');
var scale = Number("--scale", 1);
var runs = (int)Number("--runs", 3);
if (!File.Exists(program))
{
    Console.Error.WriteLine($"There is no program at {program}; run `make build` first.");
    return 1;
}

if (only?.FirstOrDefault(word => !Cases.Words.Contains(word)) is { } unknown)
{
    Console.Error.WriteLine($"There is no case {unknown}; there are {string.Join(", ", Cases.Words)}.");
    return 1;
}

var data = Directory.CreateTempSubdirectory("branchline-bench-").FullName;
var load = Machine.Load;
var cases = new Cases(new BenchRun(program, data, runs, scale), only);
try
{
    await cases.RunAsync();
    var name = Option("--name") ?? (scale == 1 ? Machine.Name : string.Create(CultureInfo.InvariantCulture, $"{Machine.Name}-x{scale}"));
    if (only is null || Option("--name") is not null)
    {
        Console.WriteLine(Report.Write(Path.Combine(root, "bench", "results"), name, (scale, load), cases.Figures));
    }
}
finally
{
    Directory.Delete(data, recursive: true);
}

return cases.Figures.TrueForAll(figure => figure.Holds) ? 0 : 1;

double Number(string name, double usual) => Option(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : usual;

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
