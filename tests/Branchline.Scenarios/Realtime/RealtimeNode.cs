using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Scenarios.Realtime;

/// <summary>The program as a realtime server with a secret that the test knows; stops, dies and comes back on the same data.</summary>
internal sealed partial class RealtimeNode : IDisposable
{
    public const string Key = "branchline-key";
    private const string AppId = "branchline";
    private const string Secret = "7ad3773142a6692b25b8";

    private readonly TempDirectory _data = new();
    private readonly HttpClient _http = new() { Timeout = RawClient.Patience };
    private volatile RunningNode? _node;

    private RealtimeNode(string[] settings) =>
        File.WriteAllLines(Path.Combine(_data.Path, ".env"), ["PUSHER_APP_SECRET=" + Secret, .. settings]);

    public static RealtimeApp App { get; } = new(AppId, Key, new AppSecrets(TimeProvider.System, new AppSecret(Secret)));

    /// <summary>Null while it is away.</summary>
    public Uri? Address => _node?.Address;

    /// <summary>Its address with TLS.</summary>
    public Task<Uri> SecureAsync() => SecureAsync(_node!);

    public string Log => _node!.Log;

    /// <summary>The command line's words behind those that every node has.</summary>
    private string[] _options = [];

    /// <summary>A node's address with TLS, which it says behind the one it has without.</summary>
    public static async Task<Uri> SecureAsync(RunningNode node)
    {
        await node.SaysAsync("  https://");
        return new(SecureAddress().Match(node.Log).Value);
    }

    /// <summary>Starts a node that listens on every address of the machine.</summary>
    public static async Task<RealtimeNode> StartOnAllAddressesAsync(params string[] settings)
    {
        var node = new RealtimeNode(settings) { _options = ["--urls", "http://0.0.0.0:0"] };
        await node.ComeBackAsync();
        return node;
    }

    /// <summary>Starts a node; settings are lines of its <c>.env</c>.</summary>
    public static async Task<RealtimeNode> StartAsync(params string[] settings)
    {
        var node = new RealtimeNode(settings);
        await node.ComeBackAsync();
        return node;
    }

    /// <summary>Starts a node that has a port with TLS besides the plain one, see <see cref="SecureAsync()"/>.</summary>
    public static async Task<RealtimeNode> StartSecureAsync()
    {
        var node = new RealtimeNode([]) { _options = ["--urls", "http://127.0.0.1:0;https://127.0.0.1:0"] };
        await File.AppendAllLinesAsync(Path.Combine(node._data.Path, ".env"), SelfSigned.Write(node._data.Path));
        await node.ComeBackAsync();
        return node;
    }

    /// <summary>Starts a node that has an administrator, see <see cref="AdminAsync"/>.</summary>
    public static async Task<RealtimeNode> StartWithAdminAsync(params string[] settings)
    {
        var node = new RealtimeNode(settings);
        await RunningNode.RunAsync("user", "add", Shop.Email, "--name", "Ada", "--role", "admin", "--password", Shop.Password, "--data", node._data.Path);
        await node.ComeBackAsync();
        return node;
    }

    /// <summary>The administrator's token, good over restarts.</summary>
    public Task<string> AdminAsync() => _node!.SignInAsync(Shop.Email, Shop.Password);

    public async Task ComeBackAsync() => _node = await RunningNode.StartAsync("serve", _data.Path, _options);

    public void Kill() => End(node => node.Kill());

    /// <summary>Asks it to stop, as an operator does, and waits until it has.</summary>
    public async Task StopAsync()
    {
        var node = _node!;
        await node.StopAsync();
        _node = null;
        node.Dispose();
    }

    public Task<HttpResponseMessage> PublishAsync(string name, string data, params string[] channels) =>
        SendAsync(HttpMethod.Post, "events", JsonSerializer.Serialize(new { name, data, channels }));

    /// <summary>The answer to a question about channels.</summary>
    public async Task<JsonElement> AskAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, "");
        using var document = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string body)
    {
        var full = $"/apps/{AppId}/{path}";
#pragma warning disable CA5351 // The protocol asks for MD5.
        var hash = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));
#pragma warning restore CA5351
        var query = $"auth_key={Key}&auth_timestamp={TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}"
            + $"&auth_version=1.0{(body.Length > 0 ? "&body_md5=" + hash : "")}";
        var signature = App.Sign($"{method.Method}\n{full}\n{query}");
        var address = Address ?? throw new HttpRequestException("The node is away");
        var request = new HttpRequestMessage(method, new Uri(address, $"{full}?{query}&auth_signature={signature}"));
        request.Content = body.Length > 0 ? new StringContent(body, Encoding.UTF8, "application/json") : null;
        return _http.SendAsync(request);
    }

    public void Dispose()
    {
        if (_node is not null)
        {
            End(_ => { });
        }

        _http.Dispose();
        _data.Dispose();
    }

    private void End(Action<RunningNode> how)
    {
        var node = _node!;
        _node = null;
        how(node);
        node.Dispose();
    }

    [GeneratedRegex(@"https://127\.0\.0\.1:\d+")]
    private static partial Regex SecureAddress();
}
