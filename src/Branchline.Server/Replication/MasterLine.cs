using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Branchline.Protocol;

namespace Branchline.Server.Replication;

/// <summary>Why a question was not answered. <paramref name="code"/> is the master's, or <c>unreachable</c> or <c>untrusted</c>.</summary>
internal sealed class MasterException(string code, string message, Exception? cause = null) : Exception(message, cause)
{
    public const string Unreachable = "unreachable";
    public const string Untrusted = "untrusted";

    public string Code => code;

    /// <summary>The whole master is out of reach, not one question wrong.</summary>
    public bool IsLine => code is Unreachable or Untrusted or ErrorCodes.TokenInvalid or ErrorCodes.ClockWrong or ErrorCodes.StoreUnavailable;
}

/// <summary>The line to a master: signed questions, signed answers. Any thread.</summary>
internal sealed class MasterLine(HttpClient http, TimeProvider time)
{
    private const int MostBytes = 64 * 1024 * 1024;

    // The master holds a question for news open for 25 s.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    public Task<BranchPushReply> PushAsync(MasterState master, BranchPushRequest request, TimeSpan timeout, CancellationToken cancellationToken) =>
        AskAsync(master, "branch/push", (request, ProtocolJson.Default.BranchPushRequest), ProtocolJson.Default.BranchPushReply, (timeout, cancellationToken));

    public Task<BranchPullReply> PullAsync(MasterState master, BranchPullRequest request, TimeSpan timeout, CancellationToken cancellationToken) =>
        AskAsync(master, "branch/pull", (request, ProtocolJson.Default.BranchPullRequest), ProtocolJson.Default.BranchPullReply, (timeout, cancellationToken));

    public Task<BranchRowsReply> RowsAsync(MasterState master, BranchRowsRequest request, TimeSpan timeout, CancellationToken cancellationToken) =>
        AskAsync(master, "branch/rows", (request, ProtocolJson.Default.BranchRowsRequest), ProtocolJson.Default.BranchRowsReply, (timeout, cancellationToken));

    public Task<BranchStatesReply> StatesAsync(MasterState master, BranchStates states, TimeSpan timeout, CancellationToken cancellationToken) =>
        AskAsync(master, "branch/states", (states, ProtocolJson.Default.BranchStates), ProtocolJson.Default.BranchStatesReply, (timeout, cancellationToken));

    public Task<BranchHead> ReportAsync(MasterState master, BranchReport report, TimeSpan timeout, CancellationToken cancellationToken) =>
        AskAsync(master, "branch/report", (report, ProtocolJson.Default.BranchReport), ProtocolJson.Default.BranchHead, (timeout, cancellationToken));

    /// <summary>Returns when the master has news after the change, or after a while.</summary>
    public Task<BranchHead> WaitAsync(MasterState master, long seq, CancellationToken cancellationToken) =>
        AskAsync(master, "branch/wait", (new BranchWait(seq), ProtocolJson.Default.BranchWait), ProtocolJson.Default.BranchHead, (LongestWait, cancellationToken));

    /// <summary>A new key; the one before counts until the new one was used.</summary>
    public Task<NewKey> RotateAsync(MasterState master, TimeSpan timeout, CancellationToken cancellationToken) =>
        AskAsync(
            master with { IsSealed = true }, "branch/rotate", (new JoinHost(Environment.MachineName), JoinJson.Default.JoinHost), JoinJson.Default.NewKey, (timeout, cancellationToken));

    /// <summary>Uses an invitation up; everything is encrypted with its secret.</summary>
    public async Task<JoinedMaster> JoinAsync(string url, (string Link, string Secret) token, CancellationToken cancellationToken)
    {
        var master = new MasterState(string.Empty, url, token.Link, token.Secret) { IsSealed = true };
        return await AskAsync(master, "branch/join", (new JoinHost(Environment.MachineName), JoinJson.Default.JoinHost), JoinJson.Default.JoinedMaster, (TimeSpan.FromSeconds(30), cancellationToken));
    }

    private async Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        MasterState master, string path, (TQuestion Value, JsonTypeInfo<TQuestion> Type) question, JsonTypeInfo<TAnswer> answer, (TimeSpan Timeout, CancellationToken Token) limit)
    {
        var body = BranchSeal.Pack(JsonSerializer.SerializeToUtf8Bytes(question.Value, question.Type), master.Key, master.IsSealed);
        var (sent, nonce) = (time.GetUtcNow().ToUnixTimeMilliseconds(), BranchSeal.Random(16));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(master.Url.TrimEnd('/') + "/"), path)) { Content = new ByteArrayContent(body) };
        request.Headers.Add(BranchSeal.LinkHeader, master.Link);
        request.Headers.Add(BranchSeal.TimeHeader, sent.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(BranchSeal.NonceHeader, nonce);
        request.Headers.Add(BranchSeal.SignatureHeader, BranchSeal.SignQuestion(master.Key, "/" + path, (sent, nonce), body));
        if (master.IsSealed)
        {
            request.Headers.Add(BranchSeal.SealedHeader, "1");
        }

        using var timeout = new CancellationTokenSource(limit.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, limit.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var told = await ReadAsync(response, either.Token);
            return Read(master, (response, told, nonce), answer);
        }
        catch (HttpRequestException failure)
        {
            throw new MasterException(MasterException.Unreachable, $"{master.Url} cannot be reached: {failure.Message}", failure);
        }
        catch (IOException failure)
        {
            throw new MasterException(MasterException.Unreachable, $"The line to {master.Url} broke: {failure.Message}", failure);
        }
        catch (OperationCanceledException failure) when (!limit.Token.IsCancellationRequested)
        {
            throw new MasterException(MasterException.Unreachable, $"{master.Url} has not answered within {limit.Timeout.TotalSeconds:0} s", failure);
        }
    }

    // Who answers is known only once all of it was read.
    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var told = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            told.Write(buffer, 0, read);
            if (told.Length > MostBytes)
            {
                throw new IOException("its answer is larger than 64 MB");
            }
        }

        return told.ToArray();
    }

    /// <summary>What is not signed with the key did not come from the master, whatever it says.</summary>
    private static TAnswer Read<TAnswer>(MasterState master, (HttpResponseMessage Response, byte[] Body, string Nonce) told, JsonTypeInfo<TAnswer> answer)
    {
        var status = (int)told.Response.StatusCode;
        var isSigned = told.Response.Headers.TryGetValues(BranchSeal.SignatureHeader, out var signatures)
            && Secret.AreEqual(BranchSeal.SignAnswer(master.Key, told.Nonce, status, told.Body), signatures.First());
        if (status != 200)
        {
            throw Refused(master, status, told.Body, isSigned);
        }

        if (!isSigned)
        {
            throw new MasterException(MasterException.Untrusted, $"What answers at {master.Url} is not the master that this node joined: its answer is not signed with the key");
        }

        try
        {
            return JsonSerializer.Deserialize(BranchSeal.Unpack(told.Body, master.Key, master.IsSealed), answer)
                ?? throw new JsonException("The answer is null");
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException)
        {
            throw new MasterException(MasterException.Untrusted, $"The answer of {master.Url} cannot be read: {failure.Message}", failure);
        }
    }

    private static MasterException Refused(MasterState master, int status, byte[] body, bool isSigned)
    {
        try
        {
            var problem = JsonSerializer.Deserialize(body, JoinJson.Default.MasterProblem);
            if (problem?.Code is { Length: > 0 } code)
            {
                // Who cannot sign as the master may only say that it does not know the key.
                return isSigned || code is ErrorCodes.TokenInvalid or ErrorCodes.ClockWrong
                    ? new MasterException(code, $"{problem.Detail} {problem.Remedy}".TrimEnd())
                    : new MasterException(MasterException.Unreachable, $"{master.Url} answers {status}: {problem.Detail}");
            }
        }
        catch (JsonException)
        {
            // A proxy's page.
        }

        return new MasterException(MasterException.Unreachable, $"{master.Url} answers {status}");
    }
}
