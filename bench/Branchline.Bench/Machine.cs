using System.Runtime.InteropServices;
using Branchline.Server;

namespace Branchline.Bench;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    private const string CpuFile = "/proc/cpuinfo";

    public static string Cpu { get; } = File.Exists(CpuFile)
        ? File.ReadLines(CpuFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1]
            ?? RuntimeInformation.ProcessArchitecture.ToString()
        : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>A word for a file's name, such as <c>amd-epyc-2</c>.</summary>
    public static string Name { get; } =
        string.Join('-', $"{Cpu} {Environment.ProcessorCount}".ToLowerInvariant()
            .Split([' ', '(', ')', '@', '/', '.', ','], StringSplitOptions.RemoveEmptyEntries));

    private const string LoadFile = "/proc/loadavg";

    /// <summary>The machine's load average of the last minute, or null where there is none: figures are good when it was low before.</summary>
    public static string? Load => File.Exists(LoadFile) ? File.ReadAllText(LoadFile).Split(' ')[0] : null;

    public static IEnumerable<(string What, string Value)> Facts()
    {
        yield return ("CPU", $"{Cpu}, {Environment.ProcessorCount} cores");
        yield return ("Memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024.0 / 1024 / 1024:F0} GB");
        yield return ("System", RuntimeInformation.OSDescription);
        yield return ("Runtime", RuntimeInformation.FrameworkDescription);
        yield return ("SQLite", BranchlineServer.SqliteVersion + ", journal_mode=WAL, synchronous=FULL");
    }
}
