using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Plain;

/// <summary>
/// <c>/ws</c> as the tills of old know it: connect, say nothing, get a word when there is something to reload. Who is signed
/// in hears the words of rows they may see; anybody else only the words that the operator opened.
/// </summary>
internal sealed class PlainSockets(
    LiveSockets sockets, Broadcaster broadcaster, TableReaders readers, IOptions<SocketOptions> options)
{
    private static readonly CloseReason OverCapacity = new(1013, "Too many connections; try again later");
    private static readonly CloseReason RightsChanged = new(4401, "The session ended or its rights changed; connect again");
    private static readonly byte[] Ping = "ping"u8.ToArray();
    private static readonly byte[] Pong = "pong"u8.ToArray();

    private readonly OpenNames _open = new(options.Value.PublicWords);
    private readonly SocketRules _rules = new()
    {
        MaxMessageBytes = options.Value.MaxMessage,
        QueueBytes = options.Value.QueueBytes,
        TooBig = new CloseReason(1009, "The message is too big"),
        TooSlow = new CloseReason(4429, "Too slow to read; connect again"),
        Restarting = new CloseReason(1012, "The server restarts; connect again"),
    };

    public async Task ServeAsync(HttpContext context)
    {
        var socket = await sockets.AcceptAsync(context, _rules);
        var listener = Listener.Of(context);
        using var watch = new SessionWatch(socket, RightsChanged);
        watch.Add(listener);
        string[] topics = [.. TopicsFor(listener)];
        if (sockets.Count >= options.Value.MaxConnections)
        {
            socket.Close(OverCapacity);
        }

        foreach (var topic in topics)
        {
            broadcaster.Subscribe(topic, socket);
        }

        await sockets.ServeAsync(socket, AnswerAsync, OnClosing);

        ValueTask AnswerAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            // Whatever else a client says was never answered, and is not.
            if (message.Span.SequenceEqual(Ping))
            {
                socket.Say(Pong);
            }

            return ValueTask.CompletedTask;
        }

        void OnClosing()
        {
            foreach (var topic in topics)
            {
                broadcaster.Unsubscribe(topic, socket);
            }
        }
    }

    private IEnumerable<string> TopicsFor(Listener listener) => listener.Identity is { } identity
        ? readers.WordsFor(identity).SelectMany(_ => identity.Scopes, Topic.Word)
        : readers.Words.Where(_open.Contains).Select(word => Topic.Word(word, Topic.AnyScope));
}
