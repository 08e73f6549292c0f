using System.Globalization;
using System.Runtime.InteropServices;

namespace Branchline.Cli.Bench;

/// <summary>What was measured on.</summary>
internal static class Machine
{
    private const string CpuFile = "/proc/cpuinfo";
    private const string LimitsFile = "/proc/self/limits";
    private const string FilesLine = "Max open files";

    /// <summary>How many files this process, and a node that it starts, may have open; null when the system does not say. The runtime has raised it as far as it may.</summary>
    public static int? Files { get; } = First(LimitsFile, FilesLine) is { } line
        && int.TryParse(line[FilesLine.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var files)
            ? files
            : null;

    public static IReadOnlyDictionary<string, string> Facts { get; } = new Dictionary<string, string>
    {
        ["CPU"] = First(CpuFile, "model name")?.Split(": ")[^1] ?? RuntimeInformation.ProcessArchitecture.ToString(),
        ["Cores"] = $"{Environment.ProcessorCount}",
        ["System"] = RuntimeInformation.OSDescription,
        ["Runtime"] = RuntimeInformation.FrameworkDescription,
        ["Open files"] = Files?.ToString("N0", CultureInfo.InvariantCulture) ?? "no limit known",
    };

    private static string? First(string file, string start) =>
        File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) : null;
}
