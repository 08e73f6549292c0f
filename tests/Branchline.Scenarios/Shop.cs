using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Scenarios.Realtime;
using Branchline.Server;

namespace Branchline.Scenarios;

/// <summary>
/// A business of one branch and some products on a node that may be killed and started again at another address.
/// Whoever asks it gets an answer in the end.
/// </summary>
internal sealed class Shop : IDisposable
{
    public const string Email = "admin@shop.test";
    public const string Password = "open sesame";
    private const int Products = 3;
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);
    private readonly HttpClient _http;
    private readonly Cable? _there;

    // Replaced by whoever kills the node; read by everybody.
    private volatile RunningNode _node;
    private int _answers;

    private Shop(string data, Cable? there, string[] options, RunningNode node)
    {
        (Data, _there, Options, _node) = (data, there, options, node);
        _http = new HttpClient(RunningNode.Handler(there)) { Timeout = TimeSpan.FromSeconds(20) };
    }

    public static IdSource Ids { get; } = new(TimeProvider.System);

    public string Data { get; }

    /// <summary>What the program is told when it starts the next time.</summary>
    public string[] Options { get; set; }

    public Guid Branch { get; private init; } = Ids.Next();

    public IReadOnlyList<Guid> ProductIds { get; private init; } = [.. Enumerable.Range(0, Products).Select(_ => Ids.Next())];

    public string Scope => $"branch:{Branch}";

    public RunningNode Node => _node;

    /// <summary>How many requests were answered so far.</summary>
    public int Answers => Volatile.Read(ref _answers);

    public static async Task<Shop> OpenAsync(string data, params string[] options)
    {
        await HireAsync(data);
        var shop = new Shop(data, null, options, await RunningNode.StartAsync("serve", data, options));
        await shop.SignInAsync();
        await shop.CreateAsync("branches", new { id = shop.Branch, name = "North", code = "B01" });
        foreach (var (number, product) in shop.ProductIds.Index())
        {
            await shop.CreateAsync("products", new { id = product, name = $"Product {number}", price = 1000 });
        }

        return shop;
    }

    /// <summary>A node, here or at the other end of a cable, on which a branch of another shop will sell the same products; it follows nobody yet.</summary>
    public static async Task<Shop> OpenBranchAsync(Shop office, Guid branch, string data, Cable? there, params string[] options)
    {
        await HireAsync(data);
        var shop = new Shop(data, there, options, await RunningNode.StartAsync(there, "serve", data, options)) { Branch = branch, ProductIds = office.ProductIds };
        await shop.SignInAsync();
        return shop;
    }

    /// <summary>Waits until so many more requests were answered.</summary>
    public async Task AnswersAsync(int more)
    {
        for (var enough = Answers + more; Answers < enough;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>Kills the node and starts it on the same data.</summary>
    public async Task KillAndStartAsync()
    {
        Kill();
        await StartAsync();
    }

    public void Kill() => _node.Dispose();

    /// <summary>Starts the node anew on the same data.</summary>
    public async Task StartAsync() => _node = await RunningNode.StartAsync(_there, "serve", Data, Options);

    /// <summary>One attempt.</summary>
    public async Task<HttpResponseMessage> TrySendAsync(HttpMethod method, string path, HttpContent? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_node.Address, path)) { Content = body };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>Sends the same bytes until the node answers something other than that it cannot at the moment.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, byte[]? body = null, string? key = null)
    {
        while (true)
        {
            try
            {
                using var answer = await TrySendAsync(method, path, body is null ? null : Json(body), key);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    Interlocked.Increment(ref _answers);
                    var text = await answer.Content.ReadAsStringAsync();
                    return answer.IsSuccessStatusCode
                        ? JsonSerializer.Deserialize<JsonElement>(text)
                        : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
                }
            }
            catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException or IOException)
            {
                // The node is being killed, or is not there yet.
            }

            await Task.Delay(Again, TimeProvider.System);
        }
    }

    public Task<JsonElement> CreateAsync(string table, object row, string? key = null) =>
        SendAsync(HttpMethod.Post, "/api/" + table, JsonSerializer.SerializeToUtf8Bytes(row), key);

    /// <summary>Changes fields of a row.</summary>
    public Task<JsonElement> ChangeAsync(string table, Guid id, object fields) =>
        SendAsync(HttpMethod.Put, $"/api/{table}/{id}", JsonSerializer.SerializeToUtf8Bytes(fields));

    public void Dispose()
    {
        _node.Dispose();
        _http.Dispose();
    }

    private static Task<string> HireAsync(string data) =>
        RunningNode.AskAsync("user", "add", Email, "--name", "Ada", "--role", "admin", "--password", Password, "--data", data);

    private async Task SignInAsync() =>
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await _node.SignInAsync(Email, Password));

    public static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
