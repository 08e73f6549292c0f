using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Merchant.Demo;

namespace Branchline.Bench;

/// <summary>The program itself in a process of its own, with the demo shop. Ended hard: an acknowledged row must outlive that.</summary>
internal sealed class BenchNode : IDisposable
{
    private const string Ready = "  http://";
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private BenchNode(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Memory the process holds, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>CPU time the process has used so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static BenchNode Start(string program, string data) => Start(program, data, ["up", "--demo"], []);

    /// <summary>The same with another verb, and with variables of its own.</summary>
    public static BenchNode Start(string program, string data, IEnumerable<string> verb, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var start = new ProcessStartInfo(program, [.. verb, "--data", data, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = data,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                address.TrySetException(new InvalidOperationException("The node ended before it was ready"));
            }
            else if (line.Data.StartsWith(Ready, StringComparison.Ordinal))
            {
                address.TrySetResult(new Uri(line.Data.Trim()));
            }
        };
        process.BeginOutputReadLine();
        if (!address.Task.Wait(StartWithin))
        {
            process.Kill();
            throw new TimeoutException("The node did not become ready");
        }

        return new BenchNode(process, address.Task.Result);
    }

    /// <summary>A token of the demo's first manager, and the branch they belong to.</summary>
    public Task<Seat> SignInAsync() => SignInAsync("manager@demo.shop", DemoShop.BranchId(1));

    /// <summary>A token of somebody of the demo, and the branch they belong to.</summary>
    public async Task<Seat> SignInAsync(string email, Guid branch)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var answer = await http.PostAsJsonAsync("/api/login", new { email, password = Staff.Password });
        _ = answer.IsSuccessStatusCode ? 0 : throw new InvalidOperationException($"{email} is not let in: {await answer.Content.ReadAsStringAsync()}");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new Seat(this, body.GetProperty("token").GetString()!, branch);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>Where the load is sent, in whose name and for which branch.</summary>
internal sealed record Seat(BenchNode Node, string Token, Guid Branch)
{
    public Uri Address => Node.Address;

    public HttpClient Client() => new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
    };
}
