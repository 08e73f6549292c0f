using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Branchline.Client.Outgoing;
using Branchline.Protocol;

namespace Branchline.Client.Live;

/// <summary>
/// One live socket. Frames are handed over one after another: a <c>pushed</c> is taken only when the pages before it have been. After a
/// silence it asks for a sign of life; without one in time it is over, whatever the system believes.
/// </summary>
internal sealed class LiveSocket : IAsyncDisposable
{
    private const int FirstBuffer = 64 * 1024;
    private static readonly byte[] Ping = """{"type":"ping"}"""u8.ToArray();

    private readonly ClientWebSocket _socket;
    private readonly ClientOptions _options;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Answer<PushReply>>> _pushes = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _pings = new();
    private readonly Task _heartbeat;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private long _pushCount;

    // Timestamps. Written where frames are read and where they are sent; read by the heartbeat.
    private long _heardAt;
    private long _askedAt;

    // While a frame is worked on nothing is read, which is no silence of the node's.
    private volatile bool _isListening;

    private LiveSocket(ClientWebSocket socket, ClientOptions options)
    {
        _socket = socket;
        _options = options;
        _heardAt = options.Time.GetTimestamp();
        _heartbeat = RunHeartbeatAsync();
    }

    /// <summary>The close code of the node; 0 when the line broke.</summary>
    public int CloseCode => (int)(_socket.CloseStatus ?? 0);

    /// <summary>Null when none can be had; the status says why, where the node answered.</summary>
    public static async Task<(LiveSocket? Socket, int Status)> OpenAsync(
        Uri address, string? token, ClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (token is not null)
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        using var late = new CancellationTokenSource(options.AnswerWithin, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await socket.ConnectAsync(address, either.Token).ConfigureAwait(false);
            return (new LiveSocket(socket, options), 101);
        }
        catch (Exception failure) when (failure is WebSocketException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            return (null, status);
        }
    }

    public Task SendHelloAsync(LiveHello hello, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(hello, ProtocolJson.Default.LiveHello);
        byte[] frame = [.. "{\"type\":\"hello\","u8, .. body.AsSpan(1)];
        return SendAsync(frame, cancellationToken);
    }

    /// <summary>Answered when the node has answered, or when the socket is over.</summary>
    public async Task<Answer<PushReply>> PushAsync(string? incarnation, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _pushCount);
        var answer = new TaskCompletionSource<Answer<PushReply>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pushes[id] = answer;
        if (!await TrySendAsync(PushBody.Of(incarnation, entries, id), cancellationToken).ConfigureAwait(false) || _over.IsCancellationRequested)
        {
            answer.TrySetResult(Answer<PushReply>.Unreachable);
        }

        try
        {
            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pushes.TryRemove(id, out _);
        }
    }

    /// <summary>Asks for a sign of life; done when it has come, after everything the node sent before it. False when the socket is over.</summary>
    public async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        var pong = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Pongs come in the order of the pings.
            _pings.Enqueue(pong);
            Volatile.Write(ref _askedAt, _options.Time.GetTimestamp());
            await _socket.SendAsync(Ping, WebSocketMessageType.Text, true, _over.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            return false;
        }
        finally
        {
            _sending.Release();
        }

        await pong.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return !_over.IsCancellationRequested;
    }

    /// <summary>The next message; null when the socket is over.</summary>
    public async Task<LiveFrame?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        _isListening = true;
        Volatile.Write(ref _heardAt, _options.Time.GetTimestamp());
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _heardAt, _options.Time.GetTimestamp());
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                if (part.EndOfMessage)
                {
                    return LiveFrame.Parse(_buffer.AsSpan(0, length));
                }

                Grow(length);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or JsonException or ObjectDisposedException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
        finally
        {
            _isListening = false;
        }
    }

    /// <summary>Ends it without waiting for the peer: a dead line answers no close.</summary>
    public void Abort()
    {
        _over.Cancel();
        _socket.Abort();
        foreach (var push in _pushes.Values)
        {
            push.TrySetResult(Answer<PushReply>.Unreachable);
        }

        while (_pings.TryDequeue(out var ping))
        {
            ping.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        await _heartbeat.ConfigureAwait(false);
        _socket.Dispose();
        _over.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    /// <summary>Says to those who asked that there is an answer; a push that the node could not read is refused without its number.</summary>
    public void Hand(LiveFrame frame)
    {
        switch (frame)
        {
            case LiveFrame.Pushed({ } pushed) when _pushes.TryGetValue(pushed.Id, out var push):
                push.TrySetResult(Answer<PushReply>.Of(new PushReply(pushed.Incarnation, pushed.Epoch, pushed.Outcomes, pushed.Time)));
                break;
            case LiveFrame.Refused({ } refused):
                var asked = _pushes.TryGetValue(refused.Id, out var known) ? known : _pushes.OrderBy(one => one.Key).FirstOrDefault().Value;
                asked?.TrySetResult(Answer<PushReply>.Refused(
                    new Refusal(refused.Status, refused.Code, refused.Message, refused.IsTransient, refused.Expected)));
                break;
            case LiveFrame.Pong when _pings.TryDequeue(out var ping):
                ping.TrySetResult();
                break;
            default:
                break;
        }
    }

    private void Grow(int length)
    {
        if (length < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        _ = await TrySendAsync(frame, cancellationToken).ConfigureAwait(false);

    private async Task<bool> TrySendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Volatile.Write(ref _askedAt, _options.Time.GetTimestamp());
            await _socket.SendAsync(frame, WebSocketMessageType.Text, true, _over.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            return false;
        }
        finally
        {
            _sending.Release();
        }
    }

    private static bool IsEnd(Exception failure) =>
        failure is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException;

    private async Task RunHeartbeatAsync()
    {
        var look = TimeSpan.FromTicks(Math.Min(_options.PingEvery.Ticks, _options.AnswerWithin.Ticks) / 4);
        while (!_over.IsCancellationRequested)
        {
            await Task.Delay(look, _options.Time, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var heard = Volatile.Read(ref _heardAt);
            var asked = Volatile.Read(ref _askedAt);
            if (!_isListening)
            {
                continue;
            }

            if (asked > heard && _options.Time.GetElapsedTime(asked) > _options.AnswerWithin)
            {
                Abort();
            }
            else if (asked <= heard && _options.Time.GetElapsedTime(heard) > _options.PingEvery)
            {
                await TrySendPingAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task TrySendPingAsync()
    {
        _pings.Enqueue(new TaskCompletionSource());
        await TrySendAsync(Ping, CancellationToken.None).ConfigureAwait(false);
    }
}
