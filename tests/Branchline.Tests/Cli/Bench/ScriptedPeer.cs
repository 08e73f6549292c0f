using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Branchline.Tests.Cli.Bench;

/// <summary>What the peer does with one delivery of its tenth message.</summary>
public enum Fault
{
    None,
    Drop,
    Double,
}

/// <summary>A server of just enough of the Pusher protocol, which may be wrong.</summary>
internal sealed class ScriptedPeer(Fault fault) : IAsyncDisposable
{
    private const int FaultyMessage = 10;
    private readonly ConcurrentDictionary<WebSocket, string> _channels = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TaskCompletionSource _end = new();
    private WebApplication _app = null!;
    private int _published;

    public string Url => _app.Urls.Single();

    public static async Task<ScriptedPeer> StartAsync(Fault fault)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var peer = new ScriptedPeer(fault) { _app = builder.Build() };
        peer._app.UseWebSockets();
        peer._app.Map("/app/{key}", peer.SubscribeAsync);
        peer._app.MapPost("/apps/{id}/events", peer.PublishAsync);
        await peer._app.StartAsync();
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _app.DisposeAsync();
        _turn.Dispose();
    }

    private static Task SayAsync(WebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task SubscribeAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await SayAsync(socket, """{"event":"pusher:connection_established","data":"{\"socket_id\":\"1.1\",\"activity_timeout\":120}"}""");
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        var channel = JsonDocument.Parse(buffer.AsMemory(0, received.Count)).RootElement.GetProperty("data").GetProperty("channel").GetString()!;
        await SayAsync(socket, $$"""{"event":"pusher_internal:subscription_succeeded","channel":"{{channel}}","data":"{}"}""");
        _channels[socket] = channel;
        await Task.WhenAny(_end.Task, UntilClosedAsync(socket));
        _channels.TryRemove(socket, out _);
    }

    private static async Task UntilClosedAsync(WebSocket socket)
    {
        try
        {
            await socket.ReceiveAsync(new byte[1024], CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The bench does not say goodbye.
        }
    }

    private async Task<IResult> PublishAsync(HttpRequest request)
    {
        var said = await JsonDocument.ParseAsync(request.Body);
        var channel = said.RootElement.GetProperty("channel").GetString();
        var frame = $$"""{"event":"sale.created","channel":"{{channel}}","data":"{{said.RootElement.GetProperty("data").GetString()!.Replace("\"", "\\\"", StringComparison.Ordinal)}}"}""";
        await _turn.WaitAsync();
        try
        {
            var times = ++_published == FaultyMessage ? OfFault : 1;
            foreach (var (socket, _) in _channels.Where(one => one.Value == channel))
            {
                for (var time = 0; time < times; time++)
                {
                    await SayAsync(socket, frame);
                }

                times = 1;
            }
        }
        finally
        {
            _turn.Release();
        }

        return Results.Json(new { });
    }

    private int OfFault => fault switch
    {
        Fault.Drop => 0,
        Fault.Double => 2,
        _ => 1,
    };
}
