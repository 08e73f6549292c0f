using System.Diagnostics;
using System.Globalization;

namespace Branchline.Scenarios;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("branchline-scenario-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A small file system of its own, where this user may mount one.</summary>
internal sealed class Mount : IDisposable
{
    private readonly TempDirectory _place = new();

    private Mount()
    {
    }

    public string Path => _place.Path;

    /// <summary>Skips the test, saying so, where it cannot be done.</summary>
    public static Mount Make(string options)
    {
        var mount = new Mount();
        if (!Tool.Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", mount.Path))
        {
            mount._place.Dispose();
            Assert.Skip("This user may not mount a file system: run the scenarios as root to see this one");
        }

        return mount;
    }

    public void Remount(string options) => Assert.True(Tool.Run("mount", "-o", "remount," + options, Path));

    public void Dispose()
    {
        Tool.Run("umount", "-l", Path);
        _place.Dispose();
    }
}

/// <summary>A program of the system.</summary>
internal static class Tool
{
    /// <summary>False when there is none of that name, or it fails.</summary>
    public static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>From now on no file that the process writes may grow beyond this; null lifts the limit. False where that cannot be done.</summary>
    public static bool TryLimitFiles(Process process, long? bytes) =>
        Run("prlimit", "--pid", $"{process.Id}", $"--fsize={bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"}:unlimited");
}
