using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Monitor.Alerts;

/// <summary>The body of a post.</summary>
internal sealed record AlertBody(
    string Event, string Kind, string Subject, string Name, string Text, DateTimeOffset Since, DateTimeOffset At, string Id, string Host);

/// <summary>How it goes with the posts: how many wait, and why the last one that was tried was not taken.</summary>
internal sealed record AlertPosting(int Waiting, string? Failure);

/// <summary>
/// Posts alerts to the operator's address, one after the other and in order, each signed. One that is not taken is posted again with growing pauses, until
/// it is too old. Nothing is kept over a restart: what still holds is raised anew.
/// </summary>
internal sealed partial class AlertPost(IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertPost> logger) : BackgroundService
{
    /// <summary>HMAC-SHA256 of the body with the secret, as hex.</summary>
    public const string SignatureHeader = "Branchline-Signature";

    private const int MostWaiting = 1000;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Channel<AlertEvent> _waiting = Channel.CreateBounded<AlertEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private volatile string? _failure;

    /// <summary>Null where no address was named.</summary>
    public AlertPosting? State => options.Value.WebhookUrl is null ? null : new AlertPosting(_waiting.Reader.Count, _failure);

    /// <summary>Never waits; what finds no room is in the log all the same.</summary>
    public void Offer(AlertEvent told)
    {
        if (options.Value.WebhookUrl is not null && !_waiting.Writer.TryWrite(told))
        {
            LogLost(AlertKinds.Word(told.Alert.Kind), told.Alert.Name, $"{MostWaiting} wait already");
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var told in _waiting.Reader.ReadAllAsync(stoppingToken))
            {
                await TellAsync(told, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private async Task TellAsync(AlertEvent told, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = options.Value.WebhookFirstPause; ; pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks)))
        {
            var failure = await PostAsync(told, cancellationToken);
            if (failure is null)
            {
                _failure = null;
                return;
            }

            if (_failure is null)
            {
                LogRefused(failure);
            }

            _failure = failure;
            if (time.GetElapsedTime(started) + pause > options.Value.WebhookRetryFor)
            {
                LogLost(AlertKinds.Word(told.Alert.Kind), told.Alert.Name, failure);
                return;
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>Why it was not taken, or null.</summary>
    private async Task<string?> PostAsync(AlertEvent told, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Body(told), AlertJson.Default.AlertBody);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.WebhookUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("Branchline");
        request.Headers.Add(SignatureHeader, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Value.WebhookSecret!), body)));
        using var limit = new CancellationTokenSource(options.Value.WebhookTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode ? null : $"It answered {(int)answer.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"It did not answer within {options.Value.WebhookTimeout.TotalSeconds:0.#} s";
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
    }

    private static AlertBody Body(AlertEvent told)
    {
        var alert = told.Alert;
        return new AlertBody(
            told.IsRaised ? "alert.raised" : "alert.cleared", AlertKinds.Word(alert.Kind), alert.Subject, alert.Name, alert.Text, alert.Since, told.At,
            told.Id.ToString(), Environment.MachineName);
    }

    [LoggerMessage(EventId = 4104, EventName = "AlertWebhookFails", Level = LogLevel.Warning, Message = "The webhook for alerts takes none; it is tried on. {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(EventId = 4105, EventName = "AlertNotPosted", Level = LogLevel.Error, Message = "The alert {Kind} for {Name} could not be posted and is given up. {Reason}")]
    private partial void LogLost(string kind, string name, string reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AlertBody))]
internal sealed partial class AlertJson : JsonSerializerContext;
