using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Branchline.Server;
using Branchline.Server.Access.Control;

namespace Branchline.Cli;

/// <summary>Asks a running node, as an administrator, on its own machine. Throws <see cref="StartRefusedException"/> with one sentence.</summary>
internal sealed class ControlClient : IDisposable
{
    private const string DataOfEvent = "data: ";

    private readonly HttpClient _http;
    private readonly string _directory;

    private ControlClient(string directory, ControlFile control, string? url)
    {
        _directory = directory;
        var address = new Uri(url ?? control.Url);

        // The certificate of a shop's own node is its own; on the way within this machine there is nobody in between.
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, objections) => objections == SslPolicyErrors.None || address.IsLoopback;

        _http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", control.Token);
    }

    /// <summary>Where the node's data is; the same for every verb that asks a running node.</summary>
    public static Option<DirectoryInfo> Data { get; } = new("--data")
    {
        Description = "The directory that holds the node's data.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("data"),
        Recursive = true,
    };

    /// <summary>Where the node listens, when not where it says.</summary>
    public static Option<string?> Url { get; } = new("--url")
    {
        Description = "Where the running node listens, when it is reached otherwise than it says.",
        HelpName = "URL",
        Recursive = true,
    };

    public static ControlClient Open(ParseResult parsed) => Open(parsed, parsed.GetValue(Url));

    public static ControlClient Open(ParseResult parsed, string? url) => Open(parsed.GetRequiredValue(Data).FullName, url);

    public static ControlClient Open(string directory, string? url = null)
    {
        try
        {
            return new ControlClient(directory, ControlFile.Read(directory) ?? throw NotRunning(directory), url);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new StartRefusedException($"Only the node's own user may do this; {directory} is closed to you.", failure);
        }
    }

    /// <summary>Sends a request and answers with the JSON it brings; nothing for an answer without a body.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string address, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body };
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            var json = bytes.Length == 0 ? default : JsonDocument.Parse(bytes).RootElement;
            return answer.IsSuccessStatusCode ? json : throw Refusal(answer, json);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException)
        {
            throw NotRunning(_directory, failure);
        }
    }

    /// <summary>Asks for a file and writes it, whole or not at all; answers what the node says of it in its headers.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SaveAsync(string address, string path, CancellationToken cancellationToken)
    {
        using var answer = await OpenAsync(HttpMethod.Post, address, cancellationToken);
        var part = path + ".part";
        try
        {
            await using (var file = File.Create(part))
            {
                await answer.Content.CopyToAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            File.Delete(part);
            throw new StartRefusedException($"{path} could not be written: {failure.Message}", failure);
        }

        return answer.Headers.Where(header => header.Key.StartsWith("Branchline-", StringComparison.Ordinal)).ToDictionary(header => header.Key, header => header.Value.First());
    }

    /// <summary>The data of server-sent events, for as long as the node sends them.</summary>
    public async IAsyncEnumerable<string> ReadEventsAsync(string address, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await OpenAsync(HttpMethod.Get, address, cancellationToken);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await ReadLineAsync(lines, cancellationToken) is { } line)
        {
            if (line.StartsWith(DataOfEvent, StringComparison.Ordinal))
            {
                yield return line[DataOfEvent.Length..];
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string address, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, address);
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode
                ? answer
                : throw Refusal(answer, JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken)).RootElement);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException)
        {
            throw NotRunning(_directory, failure);
        }
    }

    // A node that was killed ends its answers in the middle.
    private static async ValueTask<string?> ReadLineAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static StartRefusedException Refusal(HttpResponseMessage answer, JsonElement problem)
    {
        string? Text(string member) => problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(member, out var text) ? text.GetString() : null;

        var field = Text("field") is { } name ? $"{name}: " : "";
        var remedy = Text("remedy") is { } right ? $" {right}" : "";
        return new StartRefusedException($"{field}{Text("detail") ?? $"the node answered {(int)answer.StatusCode}"}{remedy}");
    }

    private static StartRefusedException NotRunning(string directory, Exception? failure = null) => new(
        $"No node is running on {directory}; start it with `branchline serve --data {directory}`, or say with --data where it keeps its data.", failure);
}
