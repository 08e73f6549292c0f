using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Scenarios.Faults;

namespace Branchline.Scenarios.Chain;

/// <summary>
/// A branch of a head office: a node in a process of its own behind a line that can be bad, and a clerk who sells there for as long as the test lasts,
/// asking again until there is an answer.
/// </summary>
internal sealed class ChainBranch : IDisposable
{
    private static readonly string[] Settings = ["--set", "Branchline:Sync:LongestPause=00:00:01", "--set", "Branchline:Sync:Timeout=00:00:03"];
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    private readonly TempDirectory _data = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentBag<Guid> _sold = [];

    // Replaced by whoever kills the node; read by the clerk.
    private volatile RunningNode? _node;
    private Task _clerk = Task.CompletedTask;

    private ChainBranch(BadLine line, Guid id) => (Line, Id) = (line, id);

    public BadLine Line { get; }

    /// <summary>The branch's row.</summary>
    public Guid Id { get; }

    public string Data => _data.Path;

    public string Log => _node?.Log ?? "";

    /// <summary>Sales that were answered for.</summary>
    public IReadOnlyCollection<Guid> Sold => _sold;

    /// <summary>Joins a head office through a line of its own; the first load may be cut short by <paramref name="meanwhile"/>.</summary>
    public static async Task<ChainBranch> JoinAsync(Shop office, string name, int seed)
    {
        var link = await office.SendAsync(HttpMethod.Post, "/api/branches/links", JsonSerializer.SerializeToUtf8Bytes(new { name }));
        var branch = new ChainBranch(new BadLine(seed) { Node = office.Node.Address }, Guid.Parse(link.GetProperty("branches")[0].GetString()!));
        await RunningNode.RunAsync("user", "add", Shop.Email, "--name", "Ada", "--role", "admin", "--password", Shop.Password, "--data", branch.Data);
        branch._node = await RunningNode.StartAsync("join", branch.Data, [link.GetProperty("token").GetString()!, "--master-url", branch.Line.Address.ToString(), .. Settings]);
        branch._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await branch._node.SignInAsync(Shop.Email, Shop.Password));
        return branch;
    }

    /// <summary>From now on no file that the branch writes may grow beyond this; null lifts the limit. False where that cannot be done.</summary>
    public bool TryLimitFiles(long? bytes) => _node!.TryLimitFiles(bytes);

    /// <summary>Makes rows in one request; whether they were answered for.</summary>
    public async Task<bool> TryCreateAsync(string table, object rows)
    {
        using var answer = await _http.PostAsync(new Uri(_node!.Address, "/api/" + table), Shop.Json(JsonSerializer.SerializeToUtf8Bytes(rows)));
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Until its status is so.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isSo)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (true)
        {
            if (await StatusAsync() is { } status && isSo(status))
            {
                return status;
            }

            Assert.False(late.IsCancellationRequested, $"Its status stays {await StatusAsync()}\n{Log}");
            await Task.Delay(Again, TimeProvider.System);
        }
    }

    /// <summary>Sells one of the product after another.</summary>
    public void Open(Guid product) => _clerk = SellAsync(product, _closing.Token);

    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        await _clerk;
    }

    /// <summary>Until so many more sales were answered for.</summary>
    public async Task SoldAsync(int more)
    {
        for (var enough = _sold.Count + more; _sold.Count < enough;)
        {
            await Task.Delay(Again, TimeProvider.System);
        }
    }

    public void Kill()
    {
        _node?.Dispose();
        _node = null;
    }

    public async Task StartAsync() => _node = await RunningNode.StartAsync("serve", Data, Settings);

    /// <summary>Starts the node and kills it on its way.</summary>
    public async Task BeginAndKillAsync(Task moment)
    {
        using var node = RunningNode.Begin("serve", Data, Settings);
        await moment;
    }

    /// <summary>How it stands with head office, or null while the node does not answer.</summary>
    public async Task<JsonElement?> StatusAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(_node!.Address, "/api/sync/status"));
            return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("masters")[0] : null;
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        Kill();
        Line.Dispose();
        _http.Dispose();
        _data.Dispose();
        _closing.Dispose();
    }

    private async Task SellAsync(Guid product, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var id = Shop.Ids.Next();
            var body = JsonSerializer.SerializeToUtf8Bytes(new { id, product_id = product, branch_id = Id, kind = "sale", quantity = -1 });
            while (!await TryAsync(body, id) && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Again, TimeProvider.System, CancellationToken.None);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task<bool> TryAsync(byte[] body, Guid id)
    {
        try
        {
            if (_node is not { } node)
            {
                return false;
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, "/api/inventory_adjustments")) { Content = Shop.Json(body) };
            request.Headers.Add("Idempotency-Key", id.ToString());
            using var answer = await _http.SendAsync(request);
            if (answer.IsSuccessStatusCode)
            {
                _sold.Add(id);
            }

            return answer.IsSuccessStatusCode;
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException or IOException or AggregateException)
        {
            return false;
        }
    }
}
