using System.Globalization;
using System.Text;

namespace Branchline.Bench;

/// <summary>Writes <c>bench/results/DATE-NAME.md</c>.</summary>
internal static class Report
{
    public static string Write(string folder, string name, (double Scale, string? Load) how, IReadOnlyList<Figure> figures)
    {
        var today = TimeProvider.System.GetLocalNow();
        var text = new StringBuilder(
            $"""
            # Figures of {today:yyyy-MM-dd}{(how.Scale == 1 ? "" : $", {how.Scale} times the rows")}

            `make bench`: the program in a process of its own with the demo shop, filled by pushes before anything is measured; the load generator beside it on the same machine.
            The median of {figures[0].Runs.Count} runs counts, after some that warm up. Afterwards the database held exactly the rows that were acknowledged.


            """);
        foreach (var (what, value) in Machine.Facts())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {what}: {value}");
        }

        if (how.Load is { } load)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- Load average before the start: {load}, at the end: {Machine.Load}");
        }

        text.AppendLine().AppendLine("| Figure | Median | Asked for | Aim | Runs | Node's CPU each |").AppendLine("|---|---|---|---|---|---|");
        foreach (var figure in figures)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {figure.What} | {Spell(figure.Median)} {figure.Unit} | {Asked(figure.Floor, figure.Ceiling)} | {Aim(figure)} | {string.Join(", ", figure.Runs.Select(Spell))} | {Cpu(figure)} |");
        }

        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{today:yyyy-MM-dd}-{name}.md");
        File.WriteAllText(file, text.ToString());
        return file;
    }

    public static string Spell(double value) => value.ToString(value < 10 ? "F2" : value < 1000 ? "F1" : "N0", CultureInfo.InvariantCulture);

    public static string Cpu(Figure figure) => figure.CpuMedian is { } cpu ? $"{Spell(cpu)} µs" : "";

    private static string Asked(double? least, double? most) =>
        least is { } floor ? $"at least {floor.ToString("#,0.##", CultureInfo.InvariantCulture)}" : most is { } ceiling ? $"below {ceiling.ToString("#,0.##", CultureInfo.InvariantCulture)}" : "";

    private static string Aim(Figure figure) => Asked(figure.AtLeast, figure.Below) is { Length: > 0 } aim ? $"{aim}: {(figure.Reaches ? "reached" : "missed")}" : "";
}
