using System.Text.Json;

namespace Branchline.Tests.Gateway.Plain;

/// <summary>A browser's <c>EventSource</c>, event by event.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage response, StreamReader lines) => (_response, _lines) = (response, lines);

    public HttpResponseMessage Response => _response;

    /// <summary>What it comes back with.</summary>
    public string? LastId { get; private set; }

    public static async Task<EventReader> OpenAsync(HttpClient person, string query = "", string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/events" + query, UriKind.Relative));
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("Accept-Encoding", "gzip, br");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var response = await person.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>Opened, and told where it stands.</summary>
    public static async Task<EventReader> FollowAsync(HttpClient person, string query = "", string? lastId = null)
    {
        var reader = await OpenAsync(person, query, lastId);
        Assert.Equal(200, (int)reader.Response.StatusCode);
        while (reader.LastId is null)
        {
            await reader.LineAsync();
        }

        return reader;
    }

    /// <summary>The data of the next event, with its name before it where it has one; null when the stream has ended.</summary>
    public async Task<string?> NextAsync()
    {
        var (name, data) = ("", "");
        while (await LineAsync() is { } line)
        {
            if (line.Length == 0 && data.Length > 0)
            {
                return name + data;
            }

            name = line.StartsWith("event: ", StringComparison.Ordinal) ? line["event: ".Length..] + " " : name;
            data = line.StartsWith("data: ", StringComparison.Ordinal) ? line["data: ".Length..] : data;
        }

        return null;
    }

    /// <summary>The next message of rows in short.</summary>
    public async Task<string> HearAsync()
    {
        using var message = JsonDocument.Parse((await NextAsync())!);
        string[] members = ["type", "table", "id", "reason"];
        return string.Join(' ', members.Where(name => message.RootElement.TryGetProperty(name, out _)).Select(name => message.RootElement.GetProperty(name).GetString()));
    }

    /// <summary>All that is left.</summary>
    public Task<string> RestAsync() => _lines.ReadToEndAsync(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }

    private async Task<string?> LineAsync()
    {
        var line = await _lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        LastId = line?.StartsWith("id: ", StringComparison.Ordinal) == true ? line["id: ".Length..] : LastId;
        return line;
    }
}
