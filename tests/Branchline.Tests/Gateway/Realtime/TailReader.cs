using System.Text.Json;

namespace Branchline.Tests.Gateway.Realtime;

/// <summary>Looks on as an administrator's page does. Every wait has a limit.</summary>
internal sealed class TailReader : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private TailReader(HttpResponseMessage answer, StreamReader lines) => (_answer, _lines) = (answer, lines);

    /// <summary>Looks on from the moment this returns.</summary>
    public static async Task<TailReader> OpenAsync(HttpClient admin, string query = "")
    {
        var answer = await admin.GetAsync(
            new Uri("/api/realtime/tail" + query, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal(": open", await lines.ReadLineAsync(Limit()));
        return new TailReader(answer, lines);
    }

    /// <summary>The next line of this kind; others before it are passed over.</summary>
    public async Task<JsonElement> NextAsync(string kind)
    {
        while (await ReadAsync() is { } line)
        {
            if (line.GetProperty("kind").GetString() == kind)
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The tail ended before it showed '{kind}'.");
    }

    /// <summary>The next line of any kind; null when the tail has ended.</summary>
    public async Task<JsonElement?> ReadAsync()
    {
        while (await _lines.ReadLineAsync(Limit()) is { } text)
        {
            if (text.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var document = JsonDocument.Parse(text["data: ".Length..]);
                return document.RootElement.Clone();
            }
        }

        return null;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _answer.Dispose();
    }

    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;
}
