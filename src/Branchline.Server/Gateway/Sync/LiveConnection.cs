using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Branchline.Server.Gateway.Sockets;
using Branchline.Server.Mutations;

namespace Branchline.Server.Gateway.Sync;

/// <summary>
/// One device on <c>/sync/live</c>. Messages are handled one after the other.
/// <code>
///   open ── hello ─► welcome ─► what was missed, scope by scope ─► following ── push ─► pushed
///     └── no hello in time ─► 4408
/// </code>
/// </summary>
internal sealed class LiveConnection(LiveConnections node, FrameSocket socket, Identity identity)
{
    private const int CatchUpChanges = 1000;

    /// <summary>How long the first frame may take.</summary>
    public static readonly TimeSpan HelloWithin = TimeSpan.FromSeconds(10);

    private readonly SyncReader _reader = new(socket, identity.Role);

    // Closing runs on another thread than the messages; under the gate.
    private readonly Lock _gate = new();
    private readonly List<string> _followed = [];
    private bool _left;
    private DeviceId? _device;
    private volatile bool _greeted;

    // What the device was told last; by the hello, and from then on by the sender alone.
    private LastWord? _word;
    private IReadOnlyList<DeviceId> _formers = [];

    public ValueTask ReceiveAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        LiveMessage.TypeOf(message.Span) switch
        {
            "ping" => PongAsync(cancellationToken),
            "hello" => HelloAsync(message, cancellationToken),
            "push" when _greeted => PushAsync(message, cancellationToken),
            "push" => Refuse(ErrorCodes.MalformedJson, "Say hello before the first push"),
            _ => Refuse(ErrorCodes.MalformedJson, "A message is a JSON object whose type is hello, push or ping"),
        };

    public void CloseUnlessGreeted()
    {
        if (!_greeted)
        {
            socket.Close(new CloseReason(4408, "No hello in time"));
        }
    }

    public void EndSession(bool mayReconnect)
    {
        if (mayReconnect)
        {
            socket.Close(new CloseReason(1012, "Your access changed: connect again"));
            return;
        }

        Send(new LiveError(ErrorCodes.TokenInvalid, "Sign in again", false), LiveMessage.Error, ProtocolJson.Default.LiveError);
        socket.Close(new CloseReason(4401, "Sign in again"));
    }

    public void Leave()
    {
        lock (_gate)
        {
            _left = true;
            if (_device is { } device)
            {
                node.Book.Leave(device);
                foreach (var id in _formers.Prepend(device))
                {
                    node.Sender.Leave(id.Value, this);
                }

                _device = null;
            }

            foreach (var scope in _followed)
            {
                node.Broadcaster.Unsubscribe(Topic.Sync(scope, identity.Role), socket);
            }
        }
    }

    private void Enter(LiveHello hello)
    {
        node.Book.Read(hello.Device, identity.UserId, hello.Cursors!.Values, hello.Storage);
        lock (_gate)
        {
            _device = _left ? null : hello.Device;
            if (_device is { } device)
            {
                node.Book.Follow(device, identity.UserId);
            }
        }
    }

    private void Listen()
    {
        lock (_gate)
        {
            if (_device is { } device)
            {
                foreach (var id in _formers.Prepend(device))
                {
                    node.Sender.Enter(id.Value, this);
                }
            }
        }
    }

    /// <summary>Tells the device what head office said since, where that is more than it was told.</summary>
    public async Task SpeakAsync(CancellationToken cancellationToken)
    {
        while (_device is { } device)
        {
            var last = await node.Devices.LastNumberAsync(device, cancellationToken);
            var word = await node.Words.FindAsync((device, _formers), (identity.UserId, last), _word?.Heard, cancellationToken);
            if (word is null || (word.N == _word?.N && word.Heard == _word.Heard))
            {
                return;
            }

            _word = word;
            Send(word, LiveMessage.LastWord, ProtocolJson.Default.LastWord);
        }
    }

    private async ValueTask HelloAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var (hello, problem) = SyncBody.Read(message.Span, ProtocolJson.Default.LiveHello);
        if (problem is not null || hello!.Cursors is null || !DeviceId.IsValid(hello.Device.Value) || !PullEndpoint.AreFormers(hello.Formers)
            || !StorageVerdict.IsValid(hello.Storage) || _greeted)
        {
            await Refuse(problem?.Code ?? ErrorCodes.MalformedJson, problem?.Detail ?? $"One hello, with device, cursors, at most {PullEndpoint.MostFormers} former ids of the device, and a known word for storage");
            return;
        }

        _greeted = true;
        _formers = hello.Formers ?? [];
        Enter(hello);
        var last = await node.Devices.LastNumberAsync(hello.Device, cancellationToken);
        _word = await node.Words.FindAsync((hello.Device, _formers), (identity.UserId, last), hello.Heard, cancellationToken);
        Send(
            new LiveWelcome(identity.Scopes, node.Devices.Epoch, node.Schema.Hash, last, node.Time.GetUtcNow()) { LastWord = _word },
            LiveMessage.Welcome, ProtocolJson.Default.LiveWelcome);
        Listen();
        foreach (var (scope, cursor) in hello.Cursors)
        {
            if (!identity.Scopes.Contains(scope))
            {
                Send(new FeedPage(scope) { Revoked = true }, LiveMessage.Page, ProtocolJson.Default.FeedPage);
            }
            else
            {
                // After a reset it is followed from where it is; the device fetches a snapshot and then pulls once.
                await FollowAsync(scope, await CatchUpAsync(scope, cursor, cancellationToken) ?? long.MaxValue, cancellationToken);
            }
        }

        await FollowRestAsync(hello, cancellationToken);
    }

    /// <summary>Scopes the device did not name are followed from where they are, too.</summary>
    private async ValueTask FollowRestAsync(LiveHello hello, CancellationToken cancellationToken)
    {
        foreach (var scope in identity.Scopes.Where(scope => !hello.Cursors!.ContainsKey(scope)))
        {
            await FollowAsync(scope, long.MaxValue, cancellationToken);
        }
    }

    /// <summary>Sends what the device missed; the number of the last change sent, or null when it must fetch a snapshot first.</summary>
    private async ValueTask<long?> CatchUpAsync(string scope, Cursor? cursor, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = new ArrayBufferWriter<byte>(512);
            var request = new PageRequest(scope, cursor, CatchUpChanges, identity.Role);
            var end = await node.Reader.WritePageAsync(request, frame, "{\"type\":\"page\",", cancellationToken);
            socket.Say(frame.WrittenMemory);
            await socket.WhenSentAsync(cancellationToken);
            if (end.Reset is not null)
            {
                return null;
            }

            cursor = cursor!.Value with { Seq = end.Seq };
            if (!end.More)
            {
                return end.Seq;
            }
        }
    }

    private async ValueTask FollowAsync(string scope, long seq, CancellationToken cancellationToken)
    {
        while (!TryFollow(scope, seq))
        {
            seq = await CatchUpAsync(scope, node.Reader.CursorAt(scope, identity.Role, seq), cancellationToken) ?? long.MaxValue;
        }
    }

    private bool TryFollow(string scope, long seq)
    {
        lock (_gate)
        {
            if (_left)
            {
                return true;
            }

            if (!node.Pages.TryFollow(_reader, scope, seq, node.Broadcaster))
            {
                return false;
            }

            _followed.Add(scope);
            return true;
        }
    }

    private async ValueTask PushAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var (push, problem) = SyncBody.Read(message.Span, ProtocolJson.Default.LivePush);
        problem ??= PushEndpoint.Check(push!.Mutations);
        if (problem is not null)
        {
            SendRefused(LiveMessage.IdOf(message.Span), problem);
            return;
        }

        try
        {
            var answer = await node.Pipeline.PushAsync(new PushRequest(push!.Incarnation, push.Mutations), identity.ToWriter(), cancellationToken);
            if (answer.Refusal is { } refusal)
            {
                SendRefused(push.Id, Problems.For(refusal.Code, refusal.Reason) with { Expected = refusal.Expected });
                return;
            }

            await node.Delivered.WaitAsync(answer.Outcomes.Select(SeqOf).DefaultIfEmpty().Max(), cancellationToken);
            Send(
                new LivePushed(push.Id, answer.Incarnation, node.Devices.Epoch, answer.Outcomes, node.Time.GetUtcNow()),
                LiveMessage.Pushed, ProtocolJson.Default.LivePushed);
            if (_word is not null)
            {
                // What had no effect waits for nobody.
                node.Sender.Ask(push.Mutations[0].Device.Value);
            }
        }
        catch (StoreUnavailableException unavailable)
        {
            SendRefused(push!.Id, Problems.For(ErrorCodes.StoreUnavailable, unavailable.Message));
        }
    }

    private static long SeqOf(MutationOutcome outcome) => outcome switch
    {
        MutationOutcome.Applied applied => applied.Seq,
        MutationOutcome.Merged merged => merged.Seq,
        _ => 0,
    };

    /// <summary>Behind everything that was committed before it was asked for: who waits for it is in step.</summary>
    private async ValueTask PongAsync(CancellationToken cancellationToken)
    {
        await node.Delivered.WaitAsync(node.Marks.Head, cancellationToken);
        Send(new LivePong(node.Time.GetUtcNow()), LiveMessage.Pong, ProtocolJson.Default.LivePong);
    }

    private ValueTask Refuse(string code, string text)
    {
        Send(new LiveError(code, text, false), LiveMessage.Error, ProtocolJson.Default.LiveError);
        socket.Close(new CloseReason(4403, code));
        return ValueTask.CompletedTask;
    }

    private void SendRefused(long id, Problem problem) =>
        Send(
            new LiveRefused(id, problem.Status, problem.Code, problem.Detail, problem.IsTransient, problem.Expected),
            LiveMessage.Refused, ProtocolJson.Default.LiveRefused);

    private void Send<T>(T message, string type, JsonTypeInfo<T> info) => socket.Say(LiveMessage.Encode(message, type, info));
}
