using System.Diagnostics;
using System.Text;

namespace Branchline.Tests.Cli;

/// <summary>Runs the real program beside the tests.</summary>
internal sealed class Program : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    private Program(Process process) => _process = process;

    public int ExitCode => _process.ExitCode;

    public string Out
    {
        get
        {
            lock (_out)
            {
                return _out.ToString();
            }
        }
    }

    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>Starts it and goes on.</summary>
    public static Program Start(params string[] arguments) => Start([], arguments);

    /// <summary>Starts it with settings in its environment.</summary>
    public static Program Start(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "branchline.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var program = new Program(process);
        process.OutputDataReceived += (_, line) => Keep(program._out, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(program._error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<Program> RunAsync(params string[] arguments)
    {
        var program = Start(arguments);
        await program.EndAsync();
        return program;
    }

    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(4), TestContext.Current.CancellationToken);
    }

    /// <summary>Asks it to end, as the system does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits until it wrote the words on its standard output.</summary>
    public async Task SaysAsync(string words)
    {
        for (var look = 0; look < 600 && !Out.Contains(words, StringComparison.Ordinal); look++)
        {
            Assert.False(_process.HasExited, $"It ended with {(_process.HasExited ? _process.ExitCode : 0)}: {Error}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Contains(words, Out, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Keep(StringBuilder lines, string? line)
    {
        lock (lines)
        {
            lines.AppendLine(line);
        }
    }
}
