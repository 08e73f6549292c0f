using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Branchline.Tests.Gateway.Webhooks;

/// <summary>An application's backend: takes webhooks on a real port, and answers as the test says.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();

    private Backend(WebApplication app) => _app = app;

    /// <summary>One call as it came, byte for byte.</summary>
    internal sealed record Call(string Path, IHeaderDictionary Headers, byte[] Body)
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public IEnumerable<JsonElement> Events => JsonDocument.Parse(Body).RootElement.GetProperty("events").EnumerateArray();
    }

    /// <summary>What it answers when the list of answers is empty.</summary>
    public HttpStatusCode Otherwise { get; set; } = HttpStatusCode.OK;

    public string Url => _app.Urls.First() + "/hook";

    public IReadOnlyList<Call> Calls => [.. _calls];

    /// <summary>Name and channel, member or number of every event taken, in the order they came.</summary>
    public IReadOnlyList<string> Told { get; private set; } = [];

    public static async Task<Backend> StartAsync(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        var app = builder.Build();
        var backend = new Backend(app);
        app.Run(backend.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return backend;
    }

    public Backend Answers(params ReadOnlySpan<HttpStatusCode> statuses)
    {
        foreach (var status in statuses)
        {
            _answers.Enqueue(context =>
            {
                context.Response.StatusCode = (int)status;
                context.Response.Headers.Location = "/elsewhere";
                return Task.CompletedTask;
            });
        }

        return this;
    }

    public void Answer(Func<HttpContext, Task> answer) => _answers.Enqueue(answer);

    /// <summary>Waits until that many events were taken.</summary>
    public async Task<IReadOnlyList<string>> HearsAsync(int events)
    {
        await Eventually.AsTrueAsync(() => Told.Count >= events, () => $"Only these were told: {string.Join(" ", Told)}");
        return Told;
    }

    public Task CalledAsync(int calls) => Eventually.AsTrueAsync(() => _calls.Count >= calls, () => $"There were {_calls.Count} calls");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var call = new Call(context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary()), body.ToArray());
        if (_answers.TryDequeue(out var answer))
        {
            await answer(context);
        }
        else
        {
            context.Response.StatusCode = (int)Otherwise;
        }

        if (context.Response.StatusCode < 300)
        {
            Told = [.. Told, .. call.Events.Select(Spell)];
        }

        _calls.Enqueue(call);
    }

    private static string Spell(JsonElement told) => string.Join(
        ' ', told.EnumerateObject().Where(member => member.Name is "name" or "channel" or "user_id" or "subscription_count").Select(member => member.Value.ToString()));
}
