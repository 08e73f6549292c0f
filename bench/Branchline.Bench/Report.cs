using System.Globalization;
using System.Text;

namespace Branchline.Bench;

/// <summary>Writes <c>bench/results/DATE-MACHINE.md</c>.</summary>
internal static class Report
{
    public static string Write(string folder, IReadOnlyList<Figure> figures)
    {
        var today = TimeProvider.System.GetLocalNow();
        var text = new StringBuilder(
            $"""
            # Figures of {today:yyyy-MM-dd}

            `make bench`: the program in a process of its own with the demo shop, the load generator beside it on the same machine.
            The median of {figures[0].Runs.Count} runs counts. Afterwards the database held exactly the rows that were acknowledged.


            """);
        foreach (var (what, value) in Machine.Facts())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {what}: {value}");
        }

        text.AppendLine().AppendLine("| Figure | Median | Asked for | Runs | Node's CPU each |").AppendLine("|---|---|---|---|---|");
        foreach (var figure in figures)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {figure.What} | {Spell(figure.Median)} {figure.Unit} | {Asked(figure)} | {string.Join(", ", figure.Runs.Select(Spell))} | {Cpu(figure)} |");
        }

        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{today:yyyy-MM-dd}-{Machine.Name}.md");
        File.WriteAllText(file, text.ToString());
        return file;
    }

    public static string Spell(double value) => value.ToString(value < 1000 ? "F1" : "N0", CultureInfo.InvariantCulture);

    public static string Cpu(Figure figure) => figure.CpuMedian is { } cpu ? $"{Spell(cpu)} µs" : "";

    private static string Asked(Figure figure) => figure switch
    {
        { Floor: { } floor } => $"at least {floor.ToString("N0", CultureInfo.InvariantCulture)}",
        { Ceiling: { } ceiling } => $"below {Spell(ceiling)}",
        _ => "",
    };
}
