using Branchline.Server.Access;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// One Pusher client, from its first frame to its last. Every subscribe is answered: a client that gets no answer
/// keeps the channel pending until it reconnects.
/// </summary>
internal sealed class PusherConnection(
    string socketId, FrameSocket socket, RealtimeApp app, ChannelAccess access, Subscriptions channels, PusherSession session)
{
    private readonly Grants _grants = new(session.Options.MaxChannels, session.Listener.Identity);
    private readonly AbuseLimit _abuse = new(session.Time);

    public void Greet() => socket.Send(PusherFrames.Established(socketId, session.Options.ActivityTimeout));

    public ValueTask ReceiveAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (ClientFrame.TryParse(message, out var frame))
        {
            Answer(frame);
        }
        else
        {
            Complain("Invalid message format: a message is a JSON object with a string 'event'");
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Remembers what a person who asked this node for a signature may hear; false when nothing may be signed.</summary>
    public bool TryGrant(string channel, Identity identity, ChannelVerdict.Granted granted) =>
        _grants.TryAdd(channel, identity, granted);

    /// <summary>The session behind a grant has to live as long as the connection.</summary>
    public void Watch(Listener listener) => session.Watch.Add(listener);

    private void Answer(ClientFrame frame)
    {
        switch (frame.Event)
        {
            case "pusher:subscribe":
                Subscribe(frame);
                break;
            case "pusher:unsubscribe":
                channels.Leave(frame.Subject ?? "");
                break;
            case "pusher:ping":
                socket.Send(PusherFrames.Pong);
                break;
            case "pusher:pong":
                break;
            case "pusher:signin":
                socket.Send(PusherFrames.Error(CloseCodes.NotAllowed, "Signing in over the socket is not offered"));
                break;
            case var name when name.StartsWith("client-", StringComparison.Ordinal):
                socket.Send(PusherFrames.Error(
                    CloseCodes.ClientEventRejected, "Client events are not offered by this app", frame.Channel));
                break;
            default:
                Complain($"Unknown event '{Shortened(frame.Event)}'");
                break;
        }
    }

    private void Subscribe(ClientFrame frame)
    {
        if (frame.Subject is not { } text)
        {
            Complain("pusher:subscribe needs data with the name of a channel");
            return;
        }

        if (!ChannelName.TryParse(text, out var channel))
        {
            RefuseName(text);
            return;
        }

        if (!channels.Contains(text) && channels.Count >= session.Options.MaxChannels)
        {
            Refuse(text, "LimitReached", $"A connection holds at most {session.Options.MaxChannels} channels", 4100);
            return;
        }

        switch (Judge(channel, frame.Auth))
        {
            case ChannelVerdict.Granted granted:
                channels.Join(text, granted.Scopes);
                socket.Send(PusherFrames.Subscribed(text));
                break;
            case ChannelVerdict.Refused refused:
                Refuse(text, "AuthError", refused.Reason, refused.Status);
                break;
        }
    }

    private ChannelVerdict Judge(ChannelName channel, string? auth) => channel.Kind switch
    {
        ChannelKind.Public => access.ForPublic(channel.Text, session.Listener.Identity),
        ChannelKind.Private => app.Verify(auth, $"{socketId}:{channel.Text}")
            ? _grants.For(channel.Text)
            : new ChannelVerdict.Refused(401, "The connection is unauthorized: the signature is missing or wrong"),
        _ => new ChannelVerdict.Refused(501, "Presence, encrypted, cache and user channels are not offered"),
    };

    private void RefuseName(string text)
    {
        if (text.Length > ChannelName.Longest)
        {
            Refuse(text[..ChannelName.Longest], "LimitReached", $"A channel's name is at most {ChannelName.Longest} long", 4009);
            return;
        }

        Refuse(text, "InvalidChannel", "A channel's name is made of A-Z a-z 0-9 _ - = @ , . ;", 400);
    }

    private void Refuse(string channel, string type, string error, int status) =>
        socket.Send(PusherFrames.SubscriptionError(channel, type, error, status));

    /// <summary>Tells a client that it said something wrong; one that goes on and on is sent away.</summary>
    private void Complain(string message)
    {
        socket.Send(PusherFrames.Error(CloseCodes.InvalidMessage, message));
        if (_abuse.IsReached())
        {
            socket.Close(CloseCodes.Abuse);
        }
    }

    private static string Shortened(string text) => text.Length <= 50 ? text : text[..50] + "…";
}
