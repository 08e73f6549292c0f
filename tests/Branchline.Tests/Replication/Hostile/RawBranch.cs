using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication.Hostile;

/// <summary>A branch that has its key and sends what it likes.</summary>
internal sealed class RawBranch : IDisposable
{
    private readonly HttpClient _http;
    private readonly MasterState _master;

    public RawBranch(ChainBranch branch, TestNode master)
    {
        _master = branch.Node.Services.GetRequiredService<Masters>().All[0];
        _http = master.Anonymous();
    }

    public string Key => _master.Key;

    /// <summary>How long a question for news is left open.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>JSON packed and signed as a branch does.</summary>
    public Task<RawAnswer> AskAsync(string path, byte[] json) => SendAsync(path, BranchSeal.Pack(json, Key, isSealed: false));

    public Task<RawAnswer> AskAsync(string path, string json) => AskAsync(path, Encoding.UTF8.GetBytes(json));

    /// <summary>Any body, signed as it is unless <paramref name="forge"/> changes what was made of it.</summary>
    public async Task<RawAnswer> SendAsync(string path, byte[] body, Action<HttpRequestMessage>? forge = null)
    {
        using var request = Sign(path, body);
        forge?.Invoke(request);
        return await SendAsync(request);
    }

    /// <summary>The question as it would travel.</summary>
    public HttpRequestMessage Sign(string path, byte[] body)
    {
        var (time, nonce) = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), BranchSeal.Random(16));
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Headers.Add(BranchSeal.LinkHeader, _master.Link);
        request.Headers.Add(BranchSeal.TimeHeader, time.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(BranchSeal.NonceHeader, nonce);
        request.Headers.Add(BranchSeal.SignatureHeader, BranchSeal.SignQuestion(Key, path, (time, nonce), body));
        return request;
    }

    /// <summary>What was answered; a question for news that the node keeps open counts as answered.</summary>
    public async Task<RawAnswer> SendAsync(HttpRequestMessage request)
    {
        var isWait = request.RequestUri!.OriginalString == "/branch/wait";
        using var patience = new CancellationTokenSource(isWait ? Patience : TimeSpan.FromMinutes(1), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            return new RawAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (OperationCanceledException) when (isWait && patience.IsCancellationRequested)
        {
            return RawAnswer.Open;
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What a node answered, whoever asked.</summary>
internal sealed record RawAnswer(int Status, string? Type, byte[] Body)
{
    private static readonly HashSet<string> Codes = [.. typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!)];

    /// <summary>The node keeps the question open.</summary>
    public static RawAnswer Open { get; } = new(200, null, []);

    public bool IsTaken => Status is >= 200 and < 300;

    /// <summary>As JSON; an answer to a branch is packed.</summary>
    public string Text => Body.Length == 0 ? "" : Encoding.UTF8.GetString(Type == "application/octet-stream" ? BranchSeal.Unpack(Body, "", isSealed: false) : Body);

    public string? Code
    {
        get
        {
            using var problem = JsonDocument.Parse(Body);
            return problem.RootElement.GetProperty("code").GetString();
        }
    }

    /// <summary>Taken, or refused in words of its own with a code that there is: never a failure of the node.</summary>
    public RawAnswer MustBeSound(string because)
    {
        Assert.True(Status < 500, $"{because}: {Status} {Encoding.UTF8.GetString(Body)}");
        if (!IsTaken)
        {
            Assert.True(Type == "application/problem+json", $"{because}: {Status} {Type}");
            Assert.True(Codes.Contains(Code ?? ""), $"{because}: {Code}");
            Assert.NotEqual(ErrorCodes.Internal, Code);
        }

        return this;
    }
}
