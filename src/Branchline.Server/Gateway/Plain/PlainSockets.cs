using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Messages;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Plain;

/// <summary>
/// <c>/ws</c> as the tills of old know it: connect, say nothing, get a word when there is something to reload. Who is signed
/// in hears the words of rows they may see; anybody else only the words that the operator opened. With <c>?tables=</c> it tells of the rows themselves.
/// </summary>
internal sealed class PlainSockets(
    LiveSockets sockets, Broadcaster broadcaster, PlainWire wire, RowParameters parameters, RowStreams streams, UserMessages messages)
{
    private static readonly byte[] Ping = "ping"u8.ToArray();
    private static readonly byte[] Pong = "pong"u8.ToArray();

    public async Task ServeAsync(HttpContext context)
    {
        var socket = await sockets.AcceptAsync(context, wire.Rules);
        var listener = Listener.Of(context);
        using var watch = new SessionWatch(socket, PlainWire.RightsChanged);
        watch.Add(listener);
        if (sockets.Count >= wire.MaxConnections)
        {
            socket.Close(PlainWire.OverCapacity);
        }

        await (RowParameters.AreIn(context.Request.Query)
            ? ServeRowsAsync(socket, context.Request.Query, listener)
            : ServeWordsAsync(socket, listener));
    }

    private async Task ServeWordsAsync(FrameSocket socket, Listener listener)
    {
        string[] topics = [.. wire.TopicsFor(listener)];
        foreach (var topic in topics)
        {
            broadcaster.Subscribe(topic, socket);
        }

        await sockets.ServeAsync(socket, (message, _) => AnswerAsync(socket, message), OnClosing);

        void OnClosing()
        {
            foreach (var topic in topics)
            {
                broadcaster.Unsubscribe(topic, socket);
            }
        }
    }

    private async Task ServeRowsAsync(FrameSocket socket, IQueryCollection query, Listener listener)
    {
        if (parameters.Read(query, listener.Identity, out var question) is { } problem)
        {
            socket.Say(RowMessages.Error(problem));
            socket.Close(PlainWire.Refusal(problem));
            await sockets.ServeAsync(socket, (_, _) => ValueTask.CompletedTask, () => { });
            return;
        }

        using var over = new CancellationTokenSource();
        var stream = streams.Join(question!);
        var following = Task.WhenAll(
            FollowAsync(socket, stream, RowParameters.CursorIn(query), over.Token),
            FollowMessagesAsync(socket, listener, RowParameters.MessagesIn(query), over.Token));
        try
        {
            await sockets.ServeAsync(socket, (message, _) => AnswerAsync(socket, message), over.Cancel);
        }
        finally
        {
            await over.CancelAsync();
            await following;
            streams.Leave(question!);
        }
    }

    /// <summary>A client that reads slowly is read for slowly: nothing piles up for it.</summary>
    private static async Task FollowAsync(FrameSocket socket, RowStream stream, string? cursor, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var messages in stream.FollowAsync(cursor, cancellationToken))
            {
                foreach (var message in messages)
                {
                    socket.Say(message.Json);
                    await socket.WhenSentAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client went.
        }
        catch
        {
            socket.Close(CloseReason.Internal);
            throw;
        }
    }

    private async Task FollowMessagesAsync(FrameSocket socket, Listener listener, long? after, CancellationToken cancellationToken)
    {
        try
        {
            if (after is { } known)
            {
                await foreach (var message in messages.FollowAsync(listener.Identity!.UserId, known, cancellationToken))
                {
                    socket.Say(RowMessages.Message(message));
                    await socket.WhenSentAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client went.
        }
        catch
        {
            socket.Close(CloseReason.Internal);
            throw;
        }
    }

    /// <summary>Whatever else a client says was never answered, and is not.</summary>
    private static ValueTask AnswerAsync(FrameSocket socket, ReadOnlyMemory<byte> message)
    {
        if (message.Span.SequenceEqual(Ping))
        {
            socket.Say(Pong);
        }

        return ValueTask.CompletedTask;
    }
}
