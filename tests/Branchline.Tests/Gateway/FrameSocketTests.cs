using System.Net.WebSockets;
using System.Text;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway;

public sealed class FrameSocketTests : IAsyncLifetime
{
    private static readonly SocketRules Rules = new()
    {
        MaxMessageBytes = 20_000,
        TooBig = new CloseReason(4413, "Too big"),
        TooSlow = new CloseReason(4429, "Too slow"),
        Restarting = new CloseReason(1012, "Restarting"),
        QueueBytes = 100_000,
        Goodbye = TimeSpan.FromSeconds(4),
    };

    private readonly TaskCompletionSource<FrameSocket> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SocketHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await SocketHost.StartAsync(
        builder => builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<LiveSockets>()
            .AddHostedService(services => services.GetRequiredService<LiveSockets>()),
        app => app.Map("/echo", EchoAsync));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_message_in_many_pieces_arrives_whole()
    {
        using var client = await _host.ConnectAsync("/echo");
        var text = string.Concat(Enumerable.Repeat("grün ", 3000));
        foreach (var piece in Encoding.UTF8.GetBytes(text).Chunk(777))
        {
            await client.SendAsync(piece, WebSocketMessageType.Text, end: false);
        }

        await client.SendAsync([], WebSocketMessageType.Text);

        Assert.Equal(text, await client.ReceiveAsync());
    }

    [Fact]
    public async Task Messages_are_answered_in_their_order_and_an_empty_one_counts()
    {
        using var client = await _host.ConnectAsync("/echo");
        foreach (var text in new[] { "one", "", "three" })
        {
            await client.SendAsync(text);
        }

        Assert.Equal("one", await client.ReceiveAsync());
        Assert.Equal("", await client.ReceiveAsync());
        Assert.Equal("three", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_message_over_the_limit_closes_the_connection_with_the_wires_own_code()
    {
        using var client = await _host.ConnectAsync("/echo");
        await client.SendAsync(new string('x', 100_000));
        Assert.Equal(4413, await client.ReceiveCloseAsync());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_close_the_connection()
    {
        using var invalid = await _host.ConnectAsync("/echo");
        await invalid.SendAsync([0xC3, 0x28], WebSocketMessageType.Text);
        Assert.Equal(1007, await invalid.ReceiveCloseAsync());

        using var binary = await _host.ConnectAsync("/echo");
        await binary.SendAsync([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal(1003, await binary.ReceiveCloseAsync());
    }

    [Fact]
    public async Task What_waits_is_sent_before_the_goodbye()
    {
        using var client = await _host.ConnectAsync("/echo");
        var socket = await _accepted.Task;
        socket.Say("last words"u8.ToArray());
        socket.Close(new CloseReason(4999, "Go"));

        Assert.Equal("last words", await client.ReceiveAsync());
        Assert.Equal(4999, await client.ReceiveCloseAsync());
        Assert.Equal("Go", client.CloseText);
    }

    [Fact]
    public async Task A_client_that_closes_is_forgotten_at_once()
    {
        using var client = await _host.ConnectAsync("/echo");
        await _accepted.Task;
        await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);

        await _left.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, _host.Services.GetRequiredService<LiveSockets>().Count);
    }

    [Fact]
    public async Task A_client_whose_line_is_cut_is_forgotten()
    {
        var client = await _host.ConnectAsync("/echo");
        await _accepted.Task;
        client.Socket.Abort();

        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_client_that_reads_too_slowly_is_told_so_and_leaves_the_others_alone()
    {
        using var client = await _host.ConnectAsync("/echo");
        var socket = await _accepted.Task;
        var frame = new byte[60_000];
        Array.Fill(frame, (byte)'x');
        while (!socket.IsEnding)
        {
            socket.Say(frame);
        }

        await _left.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(4429, await client.ReceiveCloseAsync());
    }

    [Fact]
    public async Task A_client_that_never_reads_is_cut_off()
    {
        using var client = await _host.ConnectAsync("/echo");
        var socket = await _accepted.Task;
        var frame = new byte[4_000_000];
        while (!socket.IsEnding)
        {
            socket.Say(frame);
        }

        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_stopping_node_says_goodbye_to_everybody()
    {
        using var one = await _host.ConnectAsync("/echo");
        using var other = await _host.ConnectAsync("/echo");
        var codes = Task.WhenAll(one.ReceiveCloseAsync(), other.ReceiveCloseAsync());
        await _host.StopAsync();

        Assert.Equal(new[] { 1012, 1012 }, await codes);
    }

    private async Task EchoAsync(HttpContext context)
    {
        var sockets = context.RequestServices.GetRequiredService<LiveSockets>();
        var socket = await sockets.AcceptAsync(context, Rules);
        _accepted.TrySetResult(socket);
        await sockets.ServeAsync(
            socket,
            (message, _) =>
            {
                socket.Say(message.ToArray());
                return ValueTask.CompletedTask;
            },
            () => _left.TrySetResult());
        _ended.TrySetResult();
    }
}
