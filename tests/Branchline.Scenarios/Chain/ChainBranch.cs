using System.Collections.Concurrent;
using System.Text.Json;
using Branchline.Scenarios.Faults;
using Branchline.Scenarios.Realtime;

namespace Branchline.Scenarios.Chain;

/// <summary>
/// A branch of a head office: a node in a process of its own behind a line that can be bad, or at the end of a cable, and a clerk who sells there for as
/// long as the test lasts, asking again until there is an answer.
/// </summary>
internal sealed class ChainBranch : IDisposable
{
    /// <summary>With which a test need not wait long until a branch notices that its line is gone, or back.</summary>
    public static readonly string[] Impatient = ["--set", "Branchline:Sync:LongestPause=00:00:01", "--set", "Branchline:Sync:Timeout=00:00:03"];

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    private readonly TempDirectory _data;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentBag<Guid> _sold = [];
    private Task _clerk = Task.CompletedTask;

    private ChainBranch(TempDirectory data, Shop shop, BadLine line, string link) => (_data, Shop, Line, Link) = (data, shop, line, link);

    /// <summary>Its node, which sells what head office does.</summary>
    public Shop Shop { get; }

    /// <summary>Its way to head office where it is on the same machine.</summary>
    public BadLine Line { get; }

    /// <summary>What head office knows it by.</summary>
    public string Link { get; }

    /// <summary>The branch's row.</summary>
    public Guid Id => Shop.Branch;

    public string Data => Shop.Data;

    public string Log => Shop.Node.Log;

    /// <summary>Sales that were answered for.</summary>
    public IReadOnlyCollection<Guid> Sold => _sold;

    /// <summary>A branch that has loaded what head office has, and notices soon when its line is gone.</summary>
    public static async Task<ChainBranch> JoinAsync(Shop office, string name, int seed)
    {
        var branch = await BeginAsync(office, name, seed, null, Impatient);
        await branch.LoadedAsync();
        return branch;
    }

    /// <summary>The same on the machine at the other end of a cable, where head office listens on this end.</summary>
    public static async Task<ChainBranch> JoinAsync(Shop office, string name, Cable cable, params string[] options)
    {
        var branch = await BeginAsync(office, name, 1, cable, options);
        await branch.LoadedAsync();
        return branch;
    }

    /// <summary>A branch that begins to load.</summary>
    public static async Task<ChainBranch> BeginAsync(Shop office, string name, int seed, Cable? cable, params string[] options)
    {
        var link = await office.SendAsync(HttpMethod.Post, "/api/branches/links", JsonSerializer.SerializeToUtf8Bytes(new { name }));
        var (data, line) = (new TempDirectory(), new BadLine(seed) { Node = office.Node.Address });
        var shop = await Shop.OpenBranchAsync(office, Guid.Parse(link.GetProperty("branches")[0].GetString()!), data.Path, cable, options);
        var branch = new ChainBranch(data, shop, line, link.GetProperty("id").GetString()!);
        var masterUrl = cable is null ? line.Address : new UriBuilder(office.Node.Address) { Host = $"{cable.Here}" }.Uri;
        var wish = new { token = link.GetProperty("token").GetString(), masterUrl };
        await shop.SendAsync(HttpMethod.Post, "/api/sync/join", JsonSerializer.SerializeToUtf8Bytes(wish));
        return branch;
    }

    /// <summary>From now on no file that the branch writes may grow beyond this; null lifts the limit. False where that cannot be done.</summary>
    public bool TryLimitFiles(long? bytes) => Shop.Node.TryLimitFiles(bytes);

    /// <summary>Makes rows in one request; whether they were answered for.</summary>
    public async Task<bool> TryCreateAsync(string table, object rows)
    {
        using var answer = await Shop.TrySendAsync(HttpMethod.Post, "/api/" + table, Shop.Json(JsonSerializer.SerializeToUtf8Bytes(rows)));
        return answer.IsSuccessStatusCode;
    }

    public Task LoadedAsync() => UntilAsync(status => status.GetProperty("isLoaded").GetBoolean());

    /// <summary>Until it says that the last attempt to reach head office failed; why.</summary>
    public async Task<string> FailedAsync() =>
        (await UntilAsync(status => status.GetProperty("status").GetString() == "failed")).GetProperty("lastError").GetString()!;

    /// <summary>Until the last attempt went well; something may wait.</summary>
    public Task<JsonElement> FineAsync() => UntilAsync(status => status.GetProperty("status").GetString() == "success");

    /// <summary>Until everything went well and nothing waits.</summary>
    public Task<JsonElement> IdleAsync() => UntilAsync(status => status.GetProperty("status").GetString() == "success" && Waiting(status) == 0);

    /// <summary>How many mutations wait for head office in all lanes, those that it cannot take yet among them.</summary>
    public static long Waiting(JsonElement status) =>
        status.GetProperty("lanes").EnumerateArray().Sum(lane => lane.GetProperty("pending").GetInt64() + lane.GetProperty("held").GetInt64());

    /// <summary>Until its status is so.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isSo, TimeSpan? patience = null)
    {
        using var late = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(90));
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

    public void Kill() => Shop.Kill();

    public Task StartAsync() => Shop.StartAsync();

    /// <summary>Starts the node and kills it on its way.</summary>
    public async Task BeginAndKillAsync(Task moment)
    {
        using var node = RunningNode.Begin("serve", Data, Shop.Options);
        await moment;
    }

    /// <summary>How it stands with head office, or null while the node does not answer.</summary>
    public async Task<JsonElement?> StatusAsync()
    {
        try
        {
            using var answer = await Shop.TrySendAsync(HttpMethod.Get, "/api/sync/status");
            return answer.IsSuccessStatusCode ? JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("masters")[0] : null;
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        Shop.Dispose();
        Line.Dispose();
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
            using var answer = await Shop.TrySendAsync(HttpMethod.Post, "/api/inventory_adjustments", Shop.Json(body), id.ToString());
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
