// Pooled buffers and zero-byte reads: an idle socket must not hold a receive buffer (measured as idle memory by the fan-out benchmark).
using System.Buffers;
using System.Net.WebSockets;
using Branchline.Server.Fanout;

namespace Branchline.Server.Gateway;

/// <summary>Takes one whole message. The bytes are valid UTF-8 and belong to the socket again when the task completes.</summary>
internal delegate ValueTask MessageHandler(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

/// <summary>
/// One accepted WebSocket and its queue of outgoing frames. Text frames only, one message each.
/// <code>
/// open ── Close(reason) ──► what waits is sent ─► close frame ─► peer's close frame ─► ended
///   ├── too slow ─────────► what waits is dropped ─► close frame ─► …
///   ├── peer's close frame ► what waits is dropped ─► close frame ─► ended
///   └── connection lost ───────────────────────────────────────────► ended
/// </code>
/// Whatever takes longer than <see cref="SocketRules.Goodbye"/> after leaving "open" is cut.
/// </summary>
internal sealed class FrameSocket(WebSocket socket, SocketRules rules, TimeProvider time)
{
    private const int FirstBuffer = 4096;

    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private CloseReason? _reason;      // written once, under the gate
    private volatile bool _dropping;   // frames that still wait are not sent
    private long _lastReceived = time.GetTimestamp();

    /// <summary>What the broadcaster delivers to.</summary>
    public Subscriber Subscriber { get; } = new(rules.QueueCapacity);

    public SocketRules Rules => rules;

    /// <summary>How long the peer has said nothing.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _lastReceived));

    /// <summary>Queues a frame behind those that wait. Never blocks.</summary>
    public void Send(ReadOnlyMemory<byte> frame) => Subscriber.Deliver(frame);

    /// <summary>Says goodbye once what waits is sent. The first reason given stands.</summary>
    public void Close(CloseReason reason) => End(reason, drop: false);

    /// <summary>
    /// Serves the socket until it has ended. <paramref name="onClosing"/> runs once, as soon as either side closes or the
    /// connection is lost, so that nobody counts or feeds the connection any longer. Messages come one after the other.
    /// </summary>
    public async Task RunAsync(MessageHandler onMessage, Action onClosing, CancellationToken cancellationToken)
    {
        using var goodbye = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(goodbye.Token, cancellationToken);
        var reading = ReadAsync(onMessage, cut.Token);
        var writing = WriteAsync(cut.Token);
        try
        {
            var first = await Task.WhenAny(reading, writing, Subscriber.TooSlow, _closing.Task);
            if (first == Subscriber.TooSlow)
            {
                End(rules.TooSlow, drop: true);
            }
            else if (first != _closing.Task)
            {
                End(IsBug(reading) ? CloseReason.Internal : CloseReason.Done, drop: true);
            }
        }
        finally
        {
            onClosing();
            goodbye.CancelAfter(rules.Goodbye);
        }

        await FinishAsync(reading, writing, goodbye);
    }

    /// <summary>Waits for both loops. A lost connection is an ordinary end; anything else is thrown on.</summary>
    private async Task FinishAsync(Task reading, Task writing, CancellationTokenSource goodbye)
    {
        try
        {
            await Task.WhenAll(reading, writing);
        }
        catch (Exception lost) when (IsLost(lost) && !IsBug(reading) && !IsBug(writing))
        {
        }
        finally
        {
            await goodbye.CancelAsync();
            socket.Abort();
            socket.Dispose();
        }
    }

    private void End(CloseReason reason, bool drop)
    {
        lock (_gate)
        {
            _reason ??= reason;
            _dropping |= drop;
        }

        Subscriber.Complete();
        _closing.TrySetResult();
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (var frame in Subscriber.Frames.ReadAllAsync(cancellationToken))
        {
            if (_dropping)
            {
                break;
            }

            await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }

        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            var reason = _reason ?? CloseReason.Done;
            await socket.CloseOutputAsync((WebSocketCloseStatus)reason.Code, reason.Text, cancellationToken);
        }
    }

    private async Task ReadAsync(MessageHandler onMessage, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Waits without a buffer; the answer says what kind of message has begun.
            var begun = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            if (begun.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            Volatile.Write(ref _lastReceived, time.GetTimestamp());
            if (begun.MessageType == WebSocketMessageType.Binary)
            {
                Close(CloseReason.TextOnly);
            }

            if (!await ReadMessageAsync(begun.EndOfMessage, onMessage, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>False when the peer closed in the middle. Once we are closing, messages are read and thrown away.</summary>
    private async ValueTask<bool> ReadMessageAsync(bool complete, MessageHandler onMessage, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var length = 0;
            while (!complete)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }

                var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return false;
                }

                complete = part.EndOfMessage;
                length += part.Count;
                if (length > rules.MaxMessageBytes)
                {
                    Close(rules.TooBig);
                    length = 0;
                }
            }

            if (!_closing.Task.IsCompleted)
            {
                await onMessage(buffer.AsMemory(0, length), cancellationToken);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static bool IsBug(Task loop) => loop.Exception?.InnerException is { } cause && !IsLost(cause);

    // An invalid frame ends in a WebSocketException, too: the framework has then closed with 1002 or 1007 by itself.
    private static bool IsLost(Exception cause) =>
        cause is WebSocketException or OperationCanceledException;
}
