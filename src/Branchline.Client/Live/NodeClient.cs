using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Branchline.Protocol;

namespace Branchline.Client.Live;

/// <summary>The node's HTTP side.</summary>
internal sealed class NodeClient : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly HttpClient _http;

    // For files: compressed ones stay so until they are whole, and how long one may take nobody knows.
    private readonly HttpClient _files;
    private readonly bool _isCompressed;
    private readonly Credentials _credentials;
    private volatile string? _token;

    public NodeClient(Uri address, Credentials credentials, ClientOptions options)
    {
        _credentials = credentials;
        _token = (credentials as Credentials.ByToken)?.Value;
        _isCompressed = options.Compressed ?? !address.IsLoopback;
        _http = new HttpClient(options.Handler ?? new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = _isCompressed ? DecompressionMethods.All : DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        })
        {
            BaseAddress = address,
            Timeout = options.RequestWithin,
        };
        _files = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = options.RequestWithin,
        };
    }

    public string? Token => _token;

    public Uri SocketAddress => new UriBuilder(new Uri(_http.BaseAddress!, "/sync/live")) { Scheme = _http.BaseAddress!.Scheme == "https" ? "wss" : "ws" }.Uri;

    /// <summary>Gets a token where there is none; a person's password is asked for nothing else.</summary>
    public async Task<Answer<string>> SignInAsync(CancellationToken cancellationToken)
    {
        if (_token is { } known)
        {
            return Answer<string>.Of(known);
        }

        if (_credentials is not Credentials.ByPassword(var email, var password))
        {
            return Answer<string>.Refused(new Refusal(401, ErrorCodes.TokenInvalid, "The token is good no longer", false, null));
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new SignInRequest(email, password), ClientJson.Default.SignInRequest);
        var answer = await AskAsync(HttpMethod.Post, "/api/login", body, ClientJson.Default.SignInReply, cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } reply)
        {
            return answer.As<string>();
        }

        _token = reply.Token;
        return Answer<string>.Of(reply.Token);
    }

    /// <summary>The session has ended. True when another can be opened: a person's, not a token's.</summary>
    public bool TryForgetSession()
    {
        if (_credentials is not Credentials.ByPassword || _token is null)
        {
            return false;
        }

        _token = null;
        return true;
    }

    public Task<Answer<MeReply>> MeAsync(CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, "/api/me", null, ClientJson.Default.MeReply, cancellationToken);

    public Task<Answer<PullReply>> PullAsync(PullRequest request, CancellationToken cancellationToken) => AskAsync(
        HttpMethod.Post, "/sync/pull", JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.PullRequest),
        ProtocolJson.Default.PullReply, cancellationToken);

    public Task<Answer<PushReply>> PushAsync(ReadOnlyMemory<byte> push, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, "/sync/push", push, ProtocolJson.Default.PushReply, cancellationToken);

    public Task<Answer<CompareReply>> CompareAsync(CompareRequest request, CancellationToken cancellationToken) => AskAsync(
        HttpMethod.Post, "/sync/compare", JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.CompareRequest),
        ProtocolJson.Default.CompareReply, cancellationToken);

    /// <summary>The compiled schema as it was sent.</summary>
    public Task<Answer<byte[]>> SchemaAsync(CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, "/sync/schema", null, bytes => bytes, cancellationToken);

    /// <summary>A snapshot's chunk as it was sent.</summary>
    public Task<Answer<byte[]>> SnapshotAsync(string scope, string? after, int rows, CancellationToken cancellationToken)
    {
        var path = FormattableString.Invariant($"/sync/snapshot?scope={Uri.EscapeDataString(scope)}&limit={rows}");
        return AskAsync(HttpMethod.Get, after is null ? path : $"{path}&after={Uri.EscapeDataString(after)}", null, bytes => bytes, cancellationToken);
    }

    /// <summary>
    /// The ready file, or what comes after the bytes that are there of the one with this mark. <paramref name="isFresh"/>: not one that was made a while
    /// ago.
    /// </summary>
    public async Task<Answer<SentFile>> DatabaseAsync(ReadyMark? mark, long has, bool isFresh, CancellationToken cancellationToken)
    {
        using var request = DatabaseRequest(mark, has, isFresh);
        try
        {
            var response = await _files.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (await SentAsync(response, mark, has, cancellationToken).ConfigureAwait(false) is { } sent)
            {
                return Answer<SentFile>.Of(sent);
            }

            using (response)
            {
                return Refused<SentFile>(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Answer<SentFile>.Unreachable;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _files.Dispose();
    }

    private HttpRequestMessage DatabaseRequest(ReadyMark? mark, long has, bool isFresh)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/sync/database");
        request.Headers.Authorization = _token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
        request.Headers.CacheControl = isFresh ? new CacheControlHeaderValue { NoCache = true } : null;
        if (_isCompressed)
        {
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        }

        if (mark is not null && has < mark.Bytes)
        {
            request.Headers.Range = new RangeHeaderValue(has, null);
            request.Headers.IfRange = new RangeConditionHeaderValue(mark.Tag);
        }
        else if (mark is not null)
        {
            request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(mark.Tag));
        }

        return request;
    }

    /// <summary>Null when it is none, or one that says too little of itself.</summary>
    private static async Task<SentFile?> SentAsync(HttpResponseMessage response, ReadyMark? mark, long has, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return new SentFile(response, null, null);
        }

        var isRest = response.StatusCode == HttpStatusCode.PartialContent && response.Headers.ETag?.Tag == mark?.Tag
            && response.Content.Headers.ContentRange is { From: { } from, Length: { } length } && from == has && length == mark?.Bytes;
        var isWhole = response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType == ReadyFileFormat.ContentType;
        if (!isRest && !isWhole)
        {
            return null;
        }

        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return isRest ? new SentFile(response, null, body)
            : MarkOf(response) is { } other ? new SentFile(response, other, body)
            : null;
    }

    private static ReadyMark? MarkOf(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false, Tag: { } tag } && response.Content.Headers.ContentLength is { } bytes
        && response.Headers.TryGetValues(ReadyFileFormat.DigestHeader, out var digests)
            ? new ReadyMark(tag, digests.First(), response.Content.Headers.ContentEncoding.Contains("gzip"), bytes)
            : null;

    private Task<Answer<T>> AskAsync<T>(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        AskAsync(method, path, body, bytes => JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("null is no answer"), cancellationToken);

    private async Task<Answer<T>> AskAsync<T>(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, Func<byte[], T> read, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = Json } };
        }

        if (_token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? Answer<T>.Of(read(answer)) : Refused<T>(response.StatusCode, answer);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Answer<T>.Unreachable;
        }
    }

    /// <summary>A refusal that is not the node's own is somebody's in between, and may be gone the next time.</summary>
    private static Answer<T> Refused<T>(HttpStatusCode status, byte[] body)
        where T : class
    {
        try
        {
            var problem = JsonSerializer.Deserialize(body, ClientJson.Default.ProblemReply);
            if (problem?.Code is { } code)
            {
                return Answer<T>.Refused(new Refusal((int)status, code, problem.Detail ?? code, problem.IsTransient, problem.Expected));
            }
        }
        catch (JsonException)
        {
            // As below.
        }

        return status == HttpStatusCode.Unauthorized
            ? Answer<T>.Refused(new Refusal(401, ErrorCodes.NotSignedIn, "Sign in", false, null))
            : Answer<T>.Unreachable;
    }
}
