using System.Text;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Channels.People;
using Branchline.Server.Gateway.Channels.Rights;
using Branchline.Server.Gateway.Missed;
using Branchline.Server.Gateway.Realtime;
using Branchline.Server.Gateway.Sockets;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// One Pusher client, from its first frame to its last. Every subscribe is answered: a client that gets no answer
/// keeps the channel pending until it reconnects. Messages come one after the other; the end may come from another thread.
/// </summary>
internal sealed class PusherConnection(string socketId, Wire wire, PusherSession session) : Peer(socketId, wire)
{
    private const int MostInvalid = 10;
    private static readonly TimeSpan InvalidWindow = TimeSpan.FromMinutes(1);

    private readonly Subscriptions _channels = new();
    private readonly long _since = session.Time.GetTimestamp();
    private Grants? _grants;
    private SessionWatch? _watch;
    private RateLimit? _invalid;
    private ClientEvents? _clientEvents;
    private SignIn? _signIn;
    private Resumes? _resumes;
    private bool _isAuthorized;
    private bool _isOver;

    public Hub Hub => session.Hub;

    public override string? Who => session.Identity?.Name;

    public void Greet()
    {
        Wire.Say(PusherFrames.Established(SocketId, session.Options.ActivityTimeout));
        Watch(session.Listener);
        Hub.Tails.Show(TailKind.Connected, Hub.App.Id, this);
    }

    public ValueTask ReceiveAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (ClientFrame.TryParse(message, out var frame))
        {
            return AnswerAsync(frame, cancellationToken);
        }

        Complain("Invalid message format: a message is a JSON object with a string 'event'");
        return ValueTask.CompletedTask;
    }

    /// <summary>Remembers what a person who asked this node for a signature may hear; nothing else happens before the client uses it.</summary>
    public Granting TryGrant(string channel, Grant grant) =>
        LazyInitializer.EnsureInitialized(ref _grants, () => new Grants(session.Options.MaxChannels, session.Listener)).TryAdd(channel, grant);

    public override void CloseUnlessAuthorized(TimeSpan within)
    {
        if (!Volatile.Read(ref _isAuthorized) && session.Time.GetElapsedTime(_since) > within)
        {
            Wire.Say(PusherFrames.Error(CloseCodes.NotAllowed, CloseCodes.NotAuthorized.Text));
            Wire.Close(CloseCodes.NotAuthorized);
        }
    }

    /// <summary>Leaves everything; nothing can be joined after it.</summary>
    public void End()
    {
        _channels.End(Hub, this);
        _signIn?.End();
        Hub.Peers.Remove(this);
        Interlocked.Exchange(ref _isOver, true);
        _watch?.Dispose();
        Hub.Tails.Show(TailKind.Disconnected, Hub.App.Id, this);
    }

    private ValueTask AnswerAsync(ClientFrame frame, CancellationToken cancellationToken)
    {
        switch (frame.Event)
        {
            case "pusher:subscribe":
                return SubscribeAsync(frame, cancellationToken);
            case "pusher:unsubscribe":
                Leave(frame.Subject ?? "");
                break;
            case "pusher:ping":
                Wire.Say(PusherFrames.Pong);
                break;
            case "pusher:pong":
                break;
            case "pusher:signin":
                SignInBy(frame);
                break;
            case "branchline:resume" when _resumes is null:
                (_resumes = new Resumes(SocketId, session.Options.MaxChannels)).Read(frame.Data);
                break;
            case "branchline:resume":
                Complain("branchline:resume is said once on a connection, before subscribing");
                break;
            case var name when name.StartsWith("client-", StringComparison.Ordinal):
                (_clientEvents ??= new ClientEvents(this, Hub, _channels)).Relay(frame);
                break;
            default:
                Complain($"Unknown event '{Shortened(frame.Event)}'");
                break;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The session behind the handshake, or behind a signature that was used, has to live as long as the connection.</summary>
    private void Watch(Listener listener)
    {
        if (listener.Ended.CanBeCanceled)
        {
            var watch = LazyInitializer.EnsureInitialized(ref _watch, () => new SessionWatch(Wire, CloseCodes.RightsChanged));
            watch.Add(listener);
            if (Volatile.Read(ref _isOver))
            {
                watch.Dispose();
            }
        }
    }

    private void SignInBy(ClientFrame frame)
    {
        (_signIn ??= new SignIn(this, Hub, _channels, Redeem)).Answer(frame);
        _isAuthorized |= _signIn.User is not null;
    }

    /// <summary>What a valid signature opens: what we granted by it, or everything when a backend made it.</summary>
    private ChannelVerdict Redeem(string channel)
    {
        if (_grants?.Use(channel) is not { } grant)
        {
            return ChannelAccess.Everything;
        }

        // Left by somebody who never used it, it is worth nothing and costs the connection nothing; its person's own lets the client come back and ask anew.
        if (grant.IsAlive || _grants.IsOwnedBy(grant.UserId))
        {
            Watch(grant.Listener);
        }

        return grant.IsAlive ? grant.Verdict : new ChannelVerdict.Refused(401, "The session that asked for this signature has ended; connect again");
    }

    private ValueTask SubscribeAsync(ClientFrame frame, CancellationToken cancellationToken)
    {
        if (frame.Subject is not { } text)
        {
            Complain("pusher:subscribe needs data with the name of a channel");
        }
        else if (!ChannelName.TryParse(text, Hub.App.Limits.MaxChannelName, out var channel))
        {
            RefuseName(text);
        }
        else if (_channels.Contains(text))
        {
            _channels.AnswerAgain(channel, this);
        }
        else if (_channels.Count >= session.Options.MaxChannels)
        {
            Refuse(text, "LimitReached", $"A connection holds at most {session.Options.MaxChannels} channels", CloseCodes.OverLimit);
        }
        else
        {
            return JoinAsync(channel, frame, cancellationToken);
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask JoinAsync(ChannelName channel, ClientFrame frame, CancellationToken cancellationToken)
    {
        var verdict = Judge(channel, frame);
        if (verdict is not ChannelVerdict.Granted granted)
        {
            var refused = (ChannelVerdict.Refused)verdict;
            Refuse(channel.Text, "AuthError", refused.Reason, refused.Status);
            return;
        }

        _isAuthorized |= channel.IsPrivate;
        var member = channel.IsPresence ? MemberOf(frame) : null;
        if (channel.IsPresence && FindObjection(member, frame) is { } objection)
        {
            Refuse(channel.Text, objection.Type, objection.Error, objection.Status);
            return;
        }

        var resume = _resumes is null ? null : await Hub.CompleteAsync(channel, _resumes, granted.Audience, cancellationToken);
        if (_channels.Join(Hub, channel, new Seating(this, granted.Audience, member, resume)) == Joined.Full)
        {
            Refuse(channel.Text, "LimitReached", $"A presence channel holds at most {Hub.App.Limits.MaxPresenceMembers} members", CloseCodes.OverLimit);
        }
    }

    /// <summary>A person's own events come for as long as they are signed in.</summary>
    private void Leave(string channel)
    {
        if (!channel.StartsWith(ChannelName.UserPrefix, StringComparison.Ordinal))
        {
            _channels.Leave(Hub, channel, this);
        }
    }

    private Member? MemberOf(ClientFrame frame) =>
        frame.ChannelData is null && _signIn?.User is { } user ? Member.OfUser(user.Json) : Member.Parse(frame.ChannelData);

    private (string Type, string Error, int Status)? FindObjection(Member? member, ClientFrame frame)
    {
        if (member is null)
        {
            return ("AuthError", "A presence channel needs channel_data with a user_id of 1 to 128 characters", 401);
        }

        var size = Encoding.UTF8.GetByteCount(frame.ChannelData ?? member.InfoJson ?? "");
        return size > Hub.App.Limits.MaxMemberBytes
            ? ("LimitReached", $"What is told of a member is at most {Hub.App.Limits.MaxMemberBytes} bytes; this is {size}", CloseCodes.ClientEventRejected)
            : null;
    }

    private ChannelVerdict Judge(ChannelName channel, ClientFrame frame)
    {
        if (channel.IsUser)
        {
            // Whoever is signed in as this person is in it already.
            return new ChannelVerdict.Refused(401, "Only the person who is signed in on this connection hears this channel");
        }

        if (channel.IsPrivate)
        {
            var signed = frame.ChannelData is { } data && channel.IsPresence
                ? $"{SocketId}:{channel.Text}:{data}"
                : $"{SocketId}:{channel.Text}";
            return Hub.App.Verify(frame.Auth, signed)
                ? Redeem(channel.Text)
                : new ChannelVerdict.Refused(401, "The connection is unauthorized: the signature is missing or wrong");
        }

        return session.IsOwnApp ? session.Access.ForPublic(channel.Text, session.Identity) : ChannelAccess.Everything;
    }

    private void RefuseName(string text)
    {
        var longest = Hub.App.Limits.MaxChannelName;
        if (text.Length > longest)
        {
            Refuse(text[..longest], "LimitReached", $"A channel's name is at most {longest} long; this is {text.Length}", CloseCodes.NotAllowed);
            return;
        }

        Refuse(text, "InvalidChannel", "A channel's name is made of A-Z a-z 0-9 _ - = @ , . ;", 400);
    }

    private void Refuse(string channel, string type, string error, int status) =>
        Wire.Say(PusherFrames.SubscriptionError(channel, type, error, status));

    /// <summary>Tells a client that it said something wrong; one that goes on and on is sent away.</summary>
    private void Complain(string message)
    {
        Wire.Say(PusherFrames.Error(CloseCodes.InvalidMessage, message));
        if (!(_invalid ??= new RateLimit(MostInvalid - 1, InvalidWindow, session.Time)).TryTake())
        {
            Wire.Close(CloseCodes.Abuse);
        }
    }

    private static string Shortened(string text) => text.Length <= 50 ? text : text[..50] + "…";
}
