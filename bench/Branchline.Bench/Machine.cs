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

    public static IEnumerable<(string What, string Value)> Facts()
    {
        yield return ("CPU", $"{Cpu}, {Environment.ProcessorCount} cores");
        yield return ("Memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024.0 / 1024 / 1024:F0} GB");
        yield return ("System", RuntimeInformation.OSDescription);
        yield return ("Runtime", RuntimeInformation.FrameworkDescription);
        yield return ("SQLite", BranchlineServer.SqliteVersion + ", journal_mode=WAL, synchronous=FULL");
    }
}
