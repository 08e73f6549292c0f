using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Merchant.Demo;
using Branchline.Server;
using Branchline.Server.Access.Control;

namespace Branchline.Bench.Chain;

/// <summary>A node of a chain: the program on a data directory of its own, and an administrator's line to it.</summary>
internal sealed class ChainNode : IDisposable
{
    private static readonly TimeSpan KnownWithin = TimeSpan.FromSeconds(5);
    private readonly string _program;
    private readonly HttpClient _control;

    private ChainNode(string program, string data, BenchNode process)
    {
        (_program, Data, Process) = (program, data, process);
        var control = ControlFile.Read(data) ?? throw new InvalidOperationException("The node has not said where it is");
        _control = new HttpClient { BaseAddress = process.Address, Timeout = TimeSpan.FromMinutes(10) };
        _control.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", control.Token);
    }

    public string Data { get; }

    public BenchNode Process { get; }

    public Uri Address => Process.Address;

    public string DatabaseFile => DataDirectory.DatabaseFileOf(Data);

    public static ChainNode Start(string program, IEnumerable<string> verb, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var data = Directory.CreateTempSubdirectory("branchline-chain-").FullName;

        // Only one node of a machine can serve its figures at the usual port.
        return new ChainNode(program, data, BenchNode.Start(program, data, verb, environment.Append(new("Branchline__Metrics__Url", ""))));
    }

    /// <summary>Asks as an administrator on the node's own machine.</summary>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await _control.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"{path} is answered {(int)answer.StatusCode}: {text}");
    }

    /// <summary>One round with the master, as the node tells of it.</summary>
    public async Task<JsonElement> RunRoundAsync()
    {
        var round = (await AskAsync(HttpMethod.Post, "api/sync/run"))[0];
        return round.GetProperty("errors").EnumerateObject().Any() ? throw new InvalidOperationException($"A round failed: {round}") : round;
    }

    /// <summary>Rounds until everything was read to the end once.</summary>
    public async Task WhenLoadedAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(5), TimeProvider.System);
        while (!(await AskAsync(HttpMethod.Get, "api/sync/status")).GetProperty("masters")[0].GetProperty("isLoaded").GetBoolean())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
        }
    }

    /// <summary>Lets somebody in, and signs them in: a running node knows of them a moment later.</summary>
    public async Task<Seat> SeatAsync(string role, Guid branch)
    {
        var email = $"{role}@bench.shop";
        string[] words = ["user", "add", email, "--name", "Bench", "--role", role, "--password", Staff.Password, "--branch", branch.ToString(), "--data", Data];
        using var adding = System.Diagnostics.Process.Start(new ProcessStartInfo(_program, words) { RedirectStandardOutput = true })!;
        await adding.WaitForExitAsync();
        _ = adding.ExitCode == 0 ? 0 : throw new InvalidOperationException($"{email} could not be let in");
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                return await Process.SignInAsync(email, branch);
            }
            catch (InvalidOperationException) when (TimeProvider.System.GetElapsedTime(started) < KnownWithin)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
        }
    }

    public void Dispose()
    {
        _control.Dispose();
        Process.Dispose();
        Directory.Delete(Data, recursive: true);
    }
}
