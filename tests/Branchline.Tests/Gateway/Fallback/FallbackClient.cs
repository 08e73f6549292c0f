using System.Text;
using System.Text.Json;

namespace Branchline.Tests.Gateway.Fallback;

/// <summary>One session of the fallback as its requests show it.</summary>
internal sealed class FallbackClient(HttpClient http, string session) : IDisposable
{
    public const string Query = "?protocol=7&client=js&version=8.6.0&t=1&n=1";

    public HttpClient Http => http;

    public static FallbackClient Of(TestNode node, string session) => new(node.Anonymous(), "17/" + session);

    public Task<HttpResponseMessage> PostAsync(string step, string body = "", string query = Query, string key = PusherClient.Key) =>
        http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri($"/pusher/app/{key}/{session}/{step}{query}", UriKind.Relative))
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            },
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);

    /// <summary>The frames of one poll.</summary>
    public async Task<string[]> PollAsync(string query = Query, string key = PusherClient.Key)
    {
        using var response = await PostAsync("xhr", query: query, key: key);
        Assert.Equal(200, (int)response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async Task<int> SendAsync(params string[] messages)
    {
        using var response = await PostAsync("xhr_send", JsonSerializer.Serialize(messages), "?t=1&n=1");
        return (int)response.StatusCode;
    }

    /// <summary>Polls until a message says this; every message on the way.</summary>
    public async Task<List<string>> HearAsync(string text)
    {
        var heard = new List<string>();
        while (!heard.Exists(message => message.Contains(text, StringComparison.Ordinal)))
        {
            foreach (var frame in await PollAsync())
            {
                Assert.False(frame[0] == 'c', frame);
                heard.AddRange(frame[0] == 'a' ? JsonSerializer.Deserialize<string[]>(frame[1..])! : []);
            }
        }

        return heard;
    }

    public void Dispose() => http.Dispose();
}
