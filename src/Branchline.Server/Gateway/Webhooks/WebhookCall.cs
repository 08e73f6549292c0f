using System.Net.Http.Headers;
using Branchline.Server.Gateway.Apps;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Webhooks;

/// <summary>What an endpoint made of a call; with a reason when it did not take it.</summary>
internal readonly record struct WebhookAnswer(bool IsTaken, string Reason);

/// <summary>Posts to endpoints. Private addresses are fine; redirects are not followed: a signature is for one address.</summary>
internal sealed class WebhookCall(AppRegistry apps, IOptions<WebhookOptions> options, TimeProvider time) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Signs with the app's current secret, or in turn with previous ones while they count.</summary>
    public async Task<WebhookAnswer> PostAsync(
        string appId, AppWebhook webhook, byte[] body, int turn, CancellationToken cancellationToken)
    {
        if (!apps.TryFindById(appId, out var app))
        {
            return new WebhookAnswer(false, "The app is gone");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Add("X-Pusher-Key", app.Key);
        request.Headers.Add("X-Pusher-Signature", app.Secrets.Sign(body, turn));
        request.Headers.UserAgent.ParseAdd("Branchline");
        foreach (var (name, value) in webhook.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var limit = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)answer.StatusCode;
            return new WebhookAnswer(answer.IsSuccessStatusCode, status / 100 == 3 ? $"It answered {status}, and redirects are not followed" : $"It answered {status}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(false, $"It did not answer within {options.Value.Timeout.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException failure)
        {
            return new WebhookAnswer(false, failure.Message);
        }
    }

    public void Dispose() => _http.Dispose();
}
