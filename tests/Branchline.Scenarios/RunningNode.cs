using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Branchline.Scenarios.Realtime;

namespace Branchline.Scenarios;

/// <summary>The program itself in a process of its own. It ends as in a power cut, without a word.</summary>
internal sealed class RunningNode : IDisposable
{
    private const string Ready = "  http://";
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Cable? _there;
    private readonly StringBuilder _log = new();
    private bool _isDisposed;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningNode(Process process, Cable? there)
    {
        (_process, _there) = (process, there);
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address => _address.Task.Result;

    /// <summary>Everything the process has said so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a verb and waits until it serves.</summary>
    public static Task<RunningNode> StartAsync(string verb, string data, params string[] options) => StartAsync(null, verb, data, options);

    /// <summary>The same on the machine at the other end of a cable.</summary>
    public static async Task<RunningNode> StartAsync(Cable? there, string verb, string data, params string[] options)
    {
        var node = Begin(there, verb, data, options);
        try
        {
            await node._address.Task.WaitAsync(StartWithin);
            return node;
        }
        catch
        {
            node.Dispose();
            throw;
        }
    }

    /// <summary>Starts a verb and does not wait.</summary>
    public static RunningNode Begin(string verb, string data, params string[] options) => Begin(null, verb, data, options);

    private static RunningNode Begin(Cable? there, string verb, string data, string[] options)
    {
        string[] arguments = [verb, "--data", data, .. options.Contains("--urls") ? [] : (string[])["--urls", "http://127.0.0.1:0"], .. options];
        var command = there is null ? Command(Beside("branchline"), arguments) : Command("ip", [.. there.Enter, Beside("branchline"), .. arguments]);
        return new RunningNode(Process.Start(command)!, there);
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        var (code, _, error) = await RunToEndAsync(arguments);
        return (code, error);
    }

    /// <summary>What the program prints, which has to end well.</summary>
    public static async Task<string> AskAsync(params string[] arguments)
    {
        var (code, output, error) = await RunToEndAsync(arguments);
        Assert.True(code == 0, error);
        return output.Trim();
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunToEndAsync(string[] arguments)
    {
        using var process = Process.Start(Command(Beside("branchline"), arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync().WaitAsync(StartWithin);
        await process.WaitForExitAsync().WaitAsync(StartWithin);
        return (process.ExitCode, await output, error);
    }

    /// <summary>Waits until the process has said this.</summary>
    public async Task SaysAsync(string words)
    {
        using var late = new CancellationTokenSource(StartWithin);
        while (!Log.Contains(words, StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, late.Token);
        }
    }

    /// <summary>A token for somebody.</summary>
    public async Task<string> SignInAsync(string email, string password)
    {
        using var http = new HttpClient(Handler(_there)) { BaseAddress = Address };
        using var answer = await http.PostAsJsonAsync("/api/login", new { email, password });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    /// <summary>What carries questions to a node on this machine, or on the one at the other end of a cable.</summary>
    public static SocketsHttpHandler Handler(Cable? there) => there?.Handler() ?? new SocketsHttpHandler { UseCookies = false };

    public HttpClient Client(string token) => new(Handler(_there))
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    /// <summary>From now on no file that the process writes may grow beyond this; null lifts the limit. False where that cannot be done.</summary>
    public bool TryLimitFiles(long? bytes) => Tool.TryLimitFiles(_process, bytes);

    /// <summary>Asks it to stop, as an operator does, and waits until it has.</summary>
    public async Task StopAsync()
    {
        Assert.True(Tool.Run("kill", "-TERM", $"{_process.Id}"));
        await _process.WaitForExitAsync().WaitAsync(StartWithin);
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            Kill();
            _process.Dispose();
            _isDisposed = true;
        }
    }

    /// <summary>
    /// A program; through a shell that ignores the signal of a file that may not grow, so that such a write
    /// fails as on a full disk.
    /// </summary>
    public static ProcessStartInfo Command(string program, IEnumerable<string> arguments) =>
        new("/bin/sh", ["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),

            // Who is killed after a second or two is not worth being compiled twice: half of what its start costs.
            Environment = { ["DOTNET_TC_CallCountingDelayMs"] = "3E8" },
        };

    /// <summary>A program that stands beside the tests.</summary>
    public static string Beside(string program) => Path.Combine(AppContext.BaseDirectory, program);

    private void Read(string? line)
    {
        if (line is null)
        {
            _address.TrySetException(new InvalidOperationException("The node ended before it was ready:\n" + Log));
            return;
        }

        lock (_log)
        {
            _log.AppendLine(line);
        }

        if (line.StartsWith(Ready, StringComparison.Ordinal) && !line.Contains("setup", StringComparison.Ordinal))
        {
            _address.TrySetResult(new Uri(line.Trim()));
        }
    }
}
