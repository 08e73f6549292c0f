using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Branchline.Cli.Bench;

/// <summary>Says what was measured: to people as tables, to programs as JSON.</summary>
internal static class Report
{
    // A generator this busy was the limit, not the node.
    private const double Busy = 0.95;
    private static readonly string[] SaidHead =
        ["Case", "Subscribers", "Deliveries/s", "CPU µs/delivery", "p50 ms", "p95 ms", "p99 ms", "Lost", "Disordered"];

    private static readonly string[] IdleHead = ["Case", "Connections", "RSS bytes/connection", "Connects/s", "Closed"];

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static void Show(IReadOnlyList<CaseFigures> figures, IEnumerable<string> notes)
    {
        foreach (var (what, value) in Machine.Facts)
        {
            Console.WriteLine($"  {what,-12}{value}");
        }

        ShowTable(SaidHead, figures.Where(one => one.DeliveriesPerSecond is not null).Select(Said));
        ShowTable(IdleHead, figures.Where(one => one.DeliveriesPerSecond is null).Select(Idle));
        Console.WriteLine();
        foreach (var note in notes.Concat(figures.Where(one => one.GeneratorCpu > Busy).Select(OfGenerator)))
        {
            Console.WriteLine(note);
        }

        Console.WriteLine(Verdict(figures));
    }

    public static void Write(string file, IReadOnlyList<CaseFigures> figures, IEnumerable<string> notes, IReadOnlyList<CaseFigures> runs)
    {
        var json = new JsonObject
        {
            ["at"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            ["machine"] = JsonSerializer.SerializeToNode(Machine.Facts),
            ["notes"] = JsonSerializer.SerializeToNode(notes),
            ["cases"] = JsonSerializer.SerializeToNode(figures, Readable),
            ["runs"] = JsonSerializer.SerializeToNode(runs, Readable),
        };
        File.WriteAllText(file, json.ToJsonString(Readable) + "\n");
    }

    private static string Verdict(IReadOnlyList<CaseFigures> figures)
    {
        var (lost, disordered, closed) = (figures.Sum(one => one.Lost), figures.Sum(one => one.Disordered), figures.Sum(one => one.Closed));
        var count = $"{figures.Sum(one => one.Deliveries).ToString("N0", CultureInfo.InvariantCulture)} deliveries checked";
        return figures.All(one => one.IsWhole)
            ? $"{count}: 0 lost, 0 doubled or out of order."
            : $"WRONG. {count}: {lost:N0} lost, {disordered:N0} doubled or out of order; {closed:N0} connections closed by the node.";
    }

    private static string OfGenerator(CaseFigures one) =>
        $"{one.Case}: the generator used a core of its own; the node may do more deliveries a second than it could send and check.";

    private static string[] Said(CaseFigures one) =>
    [
        one.Case, Spell(one.Connections), Spell(one.DeliveriesPerSecond), Spell(one.CpuMicroseconds, "N2"), Spell(one.P50, "N1"), Spell(one.P95, "N1"),
        Spell(one.P99, "N1"), Spell(one.Lost), Spell(one.Disordered),
    ];

    private static string[] Idle(CaseFigures one) =>
        [one.Case, Spell(one.Connections), Spell(one.BytesPerConnection), Spell(one.ConnectsPerSecond), Spell(one.Closed)];

    private static string Spell(double? value, string format = "N0") => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static void ShowTable(string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [head, .. rows];
        if (all.Length == 1)
        {
            return;
        }

        Console.WriteLine();
        var widths = head.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            var figures = row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            Console.WriteLine("  " + string.Join("  ", figures));
        }
    }
}
