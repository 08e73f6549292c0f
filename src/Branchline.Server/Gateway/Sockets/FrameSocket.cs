// One object and one waiting read for each client: idle ones are what a node has most of (idle case of the fan-out benchmark).
using System.Buffers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Branchline.Server.Gateway.Sockets;

/// <summary>Takes one whole message. The bytes are valid UTF-8 and belong to the socket again when the task completes.</summary>
internal delegate ValueTask MessageHandler(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

/// <summary>
/// One accepted WebSocket. Text frames only, one message each.
/// <code>
/// open ── Close(reason) ──► what waits is sent ─► close frame ─► peer's close frame ─► ended
///   ├── too slow ─────────► what waits is dropped ─► close frame ─► …
///   ├── peer's close frame ► what waits is dropped ─► close frame ─► ended
///   └── connection lost ───────────────────────────────────────────► ended
/// </code>
/// Whatever takes longer than <see cref="SocketRules.Goodbye"/> after leaving "open" is cut.
/// </summary>
internal sealed class FrameSocket(Upgrade upgrade, SocketRules rules, TimeProvider time) : Wire
{
    private readonly Outlet _outlet = new(upgrade.Output, upgrade.Socket, rules.QueueBytes);
    private Action? _onClosing;
    private int _isEnding;              // 1 once "open" was left
    private long _endingSince;
    private long _lastFrame = time.GetTimestamp();
    private long _lastMessage = time.GetTimestamp();
    private long _lastSign = time.GetTimestamp();   // of a message or a ping; a pong only answers ours
    private long _askedAt;              // 0 when nothing was asked; used by the sweep only
    private volatile bool _isPinged;
    private volatile bool _isMidway;

    public override CloseReason Restarting => rules.Restarting;

    /// <summary>Whether a goodbye is on its way, or the connection is lost.</summary>
    public bool IsEnding => Volatile.Read(ref _isEnding) != 0;

    public override void Send(ReadOnlySpan<byte> frames)
    {
        if (_outlet.Send(frames) == Sending.Overflowed)
        {
            IsTooSlow = true;
            End(rules.TooSlow, drop: true);
        }
    }

    /// <summary>Whoever sends more than the queue holds waits for it in between.</summary>
    public Task WhenSentAsync(CancellationToken cancellationToken) => _outlet.WhenEmptyAsync(cancellationToken);

    public override void Close(CloseReason reason) => End(reason, drop: false);

    /// <summary>
    /// Serves the socket until it has ended. <paramref name="onClosing"/> runs once, as soon as either side closes or the
    /// connection is lost, so that nobody counts or feeds the connection any longer. Messages come one after the other.
    /// </summary>
    public async Task RunAsync(MessageHandler onMessage, Action onClosing, CancellationToken cancellationToken)
    {
        _onClosing = onClosing;
        if (IsEnding)
        {
            RunOnClosing();
        }

        try
        {
            if (await ReadAsync(onMessage, cancellationToken))
            {
                await SeeOffAsync();
            }
        }
        catch (Exception lost) when (lost is IOException or ConnectionAbortedException or OperationCanceledException)
        {
        }
        catch
        {
            TryLeaveOpen(CloseReason.Internal, drop: true);
            throw;
        }
        finally
        {
            TryLeaveOpen(CloseReason.Done, drop: true);
            RunOnClosing();
            upgrade.Abort();
        }
    }

    public override void Check()
    {
        var now = time.GetTimestamp();
        if (IsEnding)
        {
            if (time.GetElapsedTime(Volatile.Read(ref _endingSince), now) > rules.Goodbye)
            {
                upgrade.Abort();
            }

            return;
        }

        // A question has its time first: its answer says more than a pong.
        var silence = time.GetElapsedTime(Volatile.Read(ref _lastFrame), now);
        if (silence > (rules.KeepAlive * 2) + (rules.Question?.Within ?? TimeSpan.Zero)
            || (_isMidway && time.GetElapsedTime(Volatile.Read(ref _lastMessage), now) > rules.MessageWithin))
        {
            End(rules.Unheard, drop: true);
        }
        else if (silence > rules.KeepAlive && !_isPinged)
        {
            _isPinged = true;
            Send(ControlFrame.Ping);
        }

        if (rules.Question is { } question)
        {
            Ask(question, now);
        }
    }

    private void Ask(Question question, long now)
    {
        var silence = time.GetElapsedTime(Volatile.Read(ref _lastSign), now);
        if (_askedAt != 0 && silence < time.GetElapsedTime(_askedAt, now))
        {
            _askedAt = 0;
        }

        if (_askedAt != 0)
        {
            if (time.GetElapsedTime(_askedAt, now) > question.Within)
            {
                End(question.NoAnswer, drop: false);
            }
        }
        else if (silence > question.After)
        {
            _askedAt = now;
            Say(question.Text);
        }
    }

    /// <summary>True when both sides have said goodbye.</summary>
    private async ValueTask<bool> ReadAsync(MessageHandler onMessage, CancellationToken cancellationToken)
    {
        using var reader = new FrameReader(rules.MaxMessageBytes, rules.TooBig);
        while (true)
        {
            var result = await upgrade.Input.ReadAsync(CancellationToken.None);
            var rest = result.Buffer;
            Volatile.Write(ref _lastFrame, time.GetTimestamp());
            _isPinged = false;
            while (reader.TryRead(ref rest, out var frame))
            {
                if (frame.Kind == FrameKind.Text)
                {
                    Volatile.Write(ref _lastMessage, time.GetTimestamp());
                    Volatile.Write(ref _lastSign, _lastMessage);
                    if (!IsEnding)
                    {
                        await onMessage(frame.Payload, cancellationToken);
                    }
                }
                else if (Answer(frame))
                {
                    upgrade.Input.AdvanceTo(result.Buffer.End);
                    return true;
                }
            }

            if (reader.IsMidway && !_isMidway)
            {
                Volatile.Write(ref _lastMessage, time.GetTimestamp());
            }

            _isMidway = reader.IsMidway;
            upgrade.Input.AdvanceTo(rest.Start, rest.End);
            if (result.IsCompleted || result.IsCanceled)
            {
                return false;
            }
        }
    }

    /// <summary>Answers a control frame; true when nothing more is to be read.</summary>
    private bool Answer(in ReceivedFrame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Ping:
                Send(ControlFrame.Pong(frame.Payload.Span));
                Volatile.Write(ref _lastSign, time.GetTimestamp());
                return false;
            case FrameKind.Close:
                TryLeaveOpen(ControlFrame.AnswerTo(frame.Payload.Span), drop: true);
                RunOnClosing();
                return true;
            case FrameKind.Violation:
                TryLeaveOpen(frame.Reason, drop: true);
                RunOnClosing();
                return true;
            default:
                return false;
        }
    }

    /// <summary>The server ends the connection first (RFC 6455, section 7.1.1), but not before the peer has what was said.</summary>
    private async ValueTask SeeOffAsync()
    {
        await _outlet.WhenEmptyAsync(CancellationToken.None);
        await upgrade.EndOutputAsync();
        while (true)
        {
            // Bytes behind a goodbye are not looked at.
            var result = await upgrade.Input.ReadAsync(CancellationToken.None);
            upgrade.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled)
            {
                return;
            }
        }
    }

    // May be called in the middle of anything, so whoever has to forget this peer is told from a thread of its own.
    private void End(CloseReason reason, bool drop)
    {
        if (TryLeaveOpen(reason, drop))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static socket => socket.RunOnClosing(), this, preferLocal: false);
        }
    }

    private bool TryLeaveOpen(CloseReason reason, bool drop)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
        {
            return false;
        }

        Volatile.Write(ref _endingSince, time.GetTimestamp());
        _outlet.Finish(ControlFrame.Close(reason), drop);
        return true;
    }

    private void RunOnClosing() => Interlocked.Exchange(ref _onClosing, null)?.Invoke();
}
