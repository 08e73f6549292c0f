using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Branchline.Server;

namespace Branchline.Cli.Bench.Measured;

/// <summary>This program once more, as a node on a data directory that goes with it. Ended hard: nothing of it is kept.</summary>
internal sealed class OwnNode : IAsyncDisposable
{
    private const string Ready = "  http";
    private const int OtherConnections = 1000;
    private static readonly string[] Settings =
        ["BRANCHLINE__", "BRANCHLINE:", "PUSHER_", "REVERB_", "SOKETI_", "KESTREL__", "LOGGING__", "WEBSOCKET_PORT", "DATABASE_URL", "MASTER_", "SYNC_"];

    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("branchline-bench-");
    private readonly AppWords _app = new("bench", RandomNumberGenerator.GetHexString(20, lowercase: true), RandomNumberGenerator.GetHexString(40, lowercase: true));
    private readonly OwnCertificate? _certificate;
    private readonly Process _process;
    private string _lastWords = "";

    private OwnNode(bool isSecure, int connections)
    {
        _certificate = isSecure ? OwnCertificate.Make(_data.FullName) : null;
        _process = new Process { StartInfo = Describe(connections) };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => _lastWords = line.Data ?? _lastWords;
    }

    /// <summary>Memory the node holds.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>CPU time the node has used so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<OwnNode> StartAsync(bool isSecure, int connections, CancellationToken cancellationToken)
    {
        var node = new OwnNode(isSecure, connections);
        try
        {
            node._process.Start();
            node._process.BeginOutputReadLine();
            node._process.BeginErrorReadLine();
            await node._address.Task.WaitAsync(cancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public async Task<Target> TargetAsync() => new(await _address.Task, IPAddress.Loopback, _app) { Certificate = _certificate?.Certificate };

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _certificate?.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>The same program, without the settings of whoever measures; the secret stands in the environment, where others cannot read it.</summary>
    private ProcessStartInfo Describe(int connections)
    {
        var program = Environment.ProcessPath!;
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        var start = new ProcessStartInfo(
            program,
            [.. self, "serve", "--data", Path.Combine(_data.FullName, "data"), "--urls", $"{(_certificate is null ? "http" : "https")}://127.0.0.1:0"])
        {
            WorkingDirectory = _data.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsSetting).Concat(OneThread.Names).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["Branchline__App__Id"] = _app.Id;
        start.Environment["Branchline__App__Key"] = _app.Key;
        start.Environment["Branchline__App__Secret"] = _app.Secret;
        start.Environment["Branchline__Gateway__MaxConnections"] = $"{connections + OtherConnections}";
        _certificate?.Name(start.Environment);
        return start;
    }

    private static bool IsSetting(string name) => Array.Exists(Settings, setting => name.StartsWith(setting, StringComparison.OrdinalIgnoreCase));

    private void Hear(string? line)
    {
        if (line is null)
        {
            _address.TrySetException(new StartRefusedException($"The node to measure ended before it was ready: {_lastWords}"));
        }
        else if (line.StartsWith(Ready, StringComparison.Ordinal))
        {
            _address.TrySetResult(new Uri(line.Trim()));
        }
    }
}
