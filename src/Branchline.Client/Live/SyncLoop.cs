using Branchline.Client.Outgoing;
using Branchline.Client.Replica;
using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Client.Live;

/// <summary>
/// Keeps one device in step with its node for as long as it runs.
/// <code>
///   connecting ── welcome ─► live ── lost ─► connecting
///       │ └── no socket, but HTTP ─► live over HTTP (a round every few seconds, or when something is to be sent)
///       │ └── neither ─► offline ── after a pause, or woken ─► connecting
///       └── 401, 403 ─► sign-in needed ── after a pause, or woken ─► connecting
/// </code>
/// </summary>
internal sealed class SyncLoop : IAsyncDisposable
{
    private const int RoundsBeforeSocket = 6;
    private const int SocketWindow = 4;
    private const int MessageTooLarge = 4413;
    private const int SignInAgain = 4401;
    private static readonly TimeSpan SignInPause = TimeSpan.FromSeconds(30);

    private readonly LocalReplica _replica;
    private readonly Outbox _outbox;
    private readonly NodeClient _node;
    private readonly Clock _clock;
    private readonly ClientOptions _options;
    private readonly FeedReader _reader;
    private readonly OutboxFlush _flush;
    private readonly HttpRound _overHttp;
    private readonly Signal _wake = new();
    private readonly Signal _toSend = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile LiveSocket? _live;

    // Tries in a row that did not get as far as being in step.
    private int _failures;

    public SyncLoop(StoreFile store, LocalReplica replica, Outbox outbox, NodeClient node, (Clock Clock, ClientOptions Options) how)
    {
        _replica = replica;
        _outbox = outbox;
        _node = node;
        (_clock, _options) = how;
        _reader = new FeedReader(store, replica, outbox, node, how);
        _flush = new OutboxFlush(outbox, _clock, _options.Time);
        _overHttp = new HttpRound(outbox, _flush, _reader, node);
        State = new StateKeeper<ConnectionState>(new ConnectionState.Connecting());
        _outbox.Changed += Poke;
        _loop = Task.Run(() => RunAsync(_stop.Token));
    }

    public StateKeeper<ConnectionState> State { get; }

    /// <summary>The socket while everything that was missed has been read from it; null otherwise.</summary>
    public LiveSocket? Live => _live;

    /// <summary>How the rows compared with the node's.</summary>
    public ReplicaChecks Checks => _reader.Checks;

    /// <summary>Something says the network may be back: look at once.</summary>
    public void Nudge() => _wake.Set();

    public async ValueTask DisposeAsync()
    {
        _outbox.Changed -= Poke;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        State.Complete();
        _wake.Dispose();
        _toSend.Dispose();
        _stop.Dispose();
    }

    private void Poke()
    {
        if (_outbox.NextBatch(0, 1).Entries.Count > 0)
        {
            _toSend.Set();
            if (State.Current is ConnectionState.Live { OverSocket: false })
            {
                _wake.Set();
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var end = await OnceAsync(cancellationToken).ConfigureAwait(false);
            switch (end)
            {
                case RoundEnd.Again:
                    break;
                case RoundEnd.Lost:
                    // One that had caught up is tried again soon; one that never does is no better than none.
                    State.Set(_failures == 0 ? new ConnectionState.Connecting() : Offline());
                    await PauseAsync(Backoff.After(_failures++, _options), cancellationToken).ConfigureAwait(false);
                    break;
                case RoundEnd.HttpOnly:
                    _failures = 0;
                    State.Set(new ConnectionState.Live(OverSocket: false));
                    await PollAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case RoundEnd.SignInNeeded:
                    await PauseAsync(SignInPause, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    State.Set(Offline());
                    await PauseAsync(Backoff.After(_failures++, _options), cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) => _wake.WaitAsync(pause, _options.Time, cancellationToken);

    private ConnectionState.Offline Offline() => State.Current is ConnectionState.Offline known ? known : new ConnectionState.Offline(_clock.Raw);

    /// <summary>One life of a socket; or one round over HTTP when no socket can be had.</summary>
    private async Task<RoundEnd> OnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var signedIn = await _node.SignInAsync(cancellationToken).ConfigureAwait(false);
            if (signedIn.Value is null)
            {
                return signedIn.Refusal is { IsTransient: false } refusal ? NeedSignIn(refusal.Code) : RoundEnd.Unreachable;
            }

            if (_reader.IsExpired)
            {
                // What waits is sent before rows are compared; on a socket both would go on at once.
                var round = await OverHttpAfterIdentifyingAsync(cancellationToken).ConfigureAwait(false);
                if (round != RoundEnd.HttpOnly)
                {
                    return round;
                }
            }

            if (_options.UseSocket)
            {
                var (socket, status) = await LiveSocket.OpenAsync(_node.SocketAddress, _node.Token, _options, cancellationToken).ConfigureAwait(false);
                if (socket is not null)
                {
                    return await LiveAsync(socket, cancellationToken).ConfigureAwait(false);
                }

                if (status is 401 or 403)
                {
                    return NeedSignIn(status == 401 ? ErrorCodes.TokenInvalid : ErrorCodes.AccessDenied);
                }
            }

            return await OverHttpAfterIdentifyingAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The loop's edge: a full disk, an answer that is none. What was saved is saved, and is tried again.
            _options.Failed?.Invoke(failure);
            return RoundEnd.Unreachable;
        }
    }

    /// <summary>
    /// Null when somebody is signed in whose store this is. Asked each time a line was found, because their role may be another by now.
    /// </summary>
    private async Task<RoundEnd?> IdentifyAsync(CancellationToken cancellationToken)
    {
        var me = await _node.MeAsync(cancellationToken).ConfigureAwait(false);
        if (me.Value is not { User: var user })
        {
            return me.Refusal is { IsAboutSignIn: true } refusal ? NeedSignIn(refusal.Code) : RoundEnd.Unreachable;
        }

        var owner = await _replica.KeepPersonAsync(user.Id, user.Role, cancellationToken).ConfigureAwait(false);
        return owner == user.Id ? null : NeedSignIn(ConnectionState.StoreOfAnother);
    }

    private async Task<RoundEnd> OverHttpAfterIdentifyingAsync(CancellationToken cancellationToken) =>
        await IdentifyAsync(cancellationToken).ConfigureAwait(false) ?? await OverHttpAsync(cancellationToken).ConfigureAwait(false);

    private RoundEnd NeedSignIn(string code)
    {
        if (code != ConnectionState.StoreOfAnother && _node.TryForgetSession())
        {
            return RoundEnd.Lost;
        }

        State.Set(new ConnectionState.SignInNeeded(code));
        return RoundEnd.SignInNeeded;
    }

    private async Task<RoundEnd> LiveAsync(LiveSocket socket, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var device = _outbox.Device;
        var session = new LiveSession(socket, device, _reader, (_outbox, _clock));
        Task<FlushEnd>? sending = null;
        try
        {
            if (await IdentifyAsync(cancellationToken).ConfigureAwait(false) is { } refused)
            {
                return refused;
            }

            var listening = _outbox.Listening;
            await socket.SendHelloAsync(new LiveHello(device.Id, _reader.Cursors()) { Heard = listening.Heard, Formers = listening.Formers }, cancellationToken).ConfigureAwait(false);
            var end = await session.RunAsync(
                () =>
                {
                    State.Set(new ConnectionState.Live(OverSocket: true));
                    sending ??= SendAsync(socket, over.Token);
                },
                () =>
                {
                    _failures = 0;
                    _live = socket;
                },
                cancellationToken).ConfigureAwait(false);
            return await EndAsync(end, socket, sending, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _live = null;
            socket.Abort();
            await over.CancelAsync().ConfigureAwait(false);
            if (sending is not null)
            {
                await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await socket.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<RoundEnd> EndAsync(SessionEnd end, LiveSocket socket, Task<FlushEnd>? sending, CancellationToken cancellationToken)
    {
        // A flush that ends by itself closed the socket for a reason of its own.
        var flushed = sending is { IsCompletedSuccessfully: true } ? await sending.ConfigureAwait(false) : FlushEnd.Empty;
        if (flushed == FlushEnd.NewDevice)
        {
            return RoundEnd.Again;
        }

        if (flushed == FlushEnd.SignInNeeded || end.SignInCode is not null || socket.CloseCode == SignInAgain)
        {
            return NeedSignIn(_flush.Refusal?.Code ?? end.SignInCode ?? ErrorCodes.TokenInvalid);
        }

        if (socket.CloseCode == MessageTooLarge)
        {
            _flush.SendLess();
        }

        if (end.IsRenewed)
        {
            return RoundEnd.Again;
        }

        return end.IsGreeted ? RoundEnd.Lost : await OverHttpAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends for as long as the socket lives; ends, and ends the socket, when the node has to be greeted anew.</summary>
    private async Task<FlushEnd> SendAsync(LiveSocket socket, CancellationToken cancellationToken)
    {
        var road = new PushRoad(IsRead: true, SocketWindow, socket.PushAsync);
        while (true)
        {
            var end = await FlushAsync(road, socket, cancellationToken).ConfigureAwait(false);
            switch (end)
            {
                case FlushEnd.Empty:
                    await _toSend.WaitAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case FlushEnd.Retry:
                    await Task.Delay(Backoff.After(1, _options), _options.Time, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    socket.Abort();
                    return end;
            }
        }
    }

    /// <summary>An answer that could not be written down, on a full disk for example, is asked for again on another socket.</summary>
    private async Task<FlushEnd> FlushAsync(PushRoad road, LiveSocket socket, CancellationToken cancellationToken)
    {
        try
        {
            return await _flush.RunAsync(road, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _options.Failed?.Invoke(failure);
            socket.Abort();
            throw;
        }
    }

    private async Task<RoundEnd> OverHttpAsync(CancellationToken cancellationToken)
    {
        var (end, code) = await _overHttp.RunAsync(cancellationToken).ConfigureAwait(false);
        return end == RoundEnd.SignInNeeded ? NeedSignIn(code!) : end;
    }

    /// <summary>Rounds over HTTP for a while; then a socket is tried again.</summary>
    private async Task PollAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < RoundsBeforeSocket; round++)
        {
            await PauseAsync(_options.PollEvery, cancellationToken).ConfigureAwait(false);
            if (await OverHttpAsync(cancellationToken).ConfigureAwait(false) != RoundEnd.HttpOnly)
            {
                return;
            }
        }
    }
}
