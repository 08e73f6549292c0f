using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>What a master said: its status and, where it answered any, its JSON.</summary>
internal sealed record ForeignReply(HttpStatusCode Status, JsonElement? Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>What it says is wrong, as far as it does.</summary>
    public string Reason =>
        Body is { ValueKind: JsonValueKind.Object } body
            && Array.Find(["detail", "message", "error"], name => body.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String) is { } told
            ? $"{(int)Status}: {body.GetProperty(told).GetString()}"
            : $"{(int)Status}";
}

/// <summary>Questions to a master that knows the three endpoints only. <c>MASTER_TOKEN</c> goes with each where it is set; it is kept nowhere else.</summary>
internal sealed class ForeignLine(HttpClient http, IConfiguration configuration, IOptions<ReplicationOptions> options, TimeProvider time)
{
    /// <summary>The variable that holds the credential.</summary>
    public const string TokenName = "MASTER_TOKEN";

    private const int MostBytes = 64 * 1024 * 1024;

    public Task<ForeignReply> UploadAsync(MasterState master, JsonArray records, CancellationToken cancellationToken) =>
        SendAsync(master, HttpMethod.Post, "upload", new JsonObject { ["records"] = records }, cancellationToken);

    public Task<ForeignReply> DownloadAsync(MasterState master, string? since, CancellationToken cancellationToken)
    {
        var tables = options.Value.MasterTableNames.Select(table => $"tables[]={Uri.EscapeDataString(table)}");
        string[] query = since is null ? [.. tables] : [$"last_synced_at={Uri.EscapeDataString(since)}", .. tables];
        return SendAsync(master, HttpMethod.Get, "download" + (query.Length > 0 ? "?" : "") + string.Join('&', query), null, cancellationToken);
    }

    public Task<ForeignReply> AcknowledgeAsync(MasterState master, JsonObject told, CancellationToken cancellationToken) =>
        SendAsync(master, HttpMethod.Post, "acknowledge", told, cancellationToken);

    private async Task<ForeignReply> SendAsync(MasterState master, HttpMethod method, string question, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{master.Url}/api/sync/{question}"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (configuration[TokenName] is { Length: > 0 } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, ForeignJson.Default.JsonNode));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var timeout = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            await response.Content.LoadIntoBufferAsync(MostBytes, either.Token);
            return Judge(master, question, response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new MasterException(MasterException.Unreachable, $"{master.Url} cannot be reached: {failure.Message}", failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MasterException(MasterException.Unreachable, $"{master.Url} has not answered within {options.Value.Timeout.TotalSeconds:0} s", failure);
        }
    }

    /// <summary>What is wrong with the line ends the round; what is wrong with a record is the caller's to see.</summary>
    private static ForeignReply Judge(MasterState master, string question, HttpStatusCode status, byte[] body)
    {
        var endpoint = "/api/sync/" + question.Split('?')[0];
        var reply = new ForeignReply(status, Parse(body));
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                throw new MasterException(ErrorCodes.TokenInvalid, $"{master.Url} does not let this node in ({reply.Reason}). Set {TokenName} to a token that it knows; a Branchline is joined instead: branchline join TOKEN"),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed when reply.Body is not { } problem || !problem.TryGetProperty("code", out _) =>
                throw new MasterException(MasterException.Unreachable, $"{master.Url} has no {endpoint} ({reply.Reason}); look at MASTER_URL"),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)419 or > HttpStatusCode.InternalServerError =>
                throw new MasterException(MasterException.Unreachable, $"{master.Url} answers {reply.Reason} to {endpoint}"),
            _ when reply.IsSuccess && reply.Body is null && body.Length > 0 =>
                throw new MasterException(MasterException.Unreachable, $"What answers at {master.Url}{endpoint} is no JSON; look at MASTER_URL"),
            _ => reply,
        };
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
