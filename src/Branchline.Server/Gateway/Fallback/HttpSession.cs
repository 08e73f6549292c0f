using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Sockets;

namespace Branchline.Server.Gateway.Fallback;

/// <summary>
/// A client's connection made of HTTP requests: one at a time receives, others send. What is said while nobody receives waits.
/// <code>
/// open ── Close(reason) ─► what waits is sent ─► c[code,reason] ─► gone
///   ├── too slow ────────► what waits is dropped ─► c[…] ──────► gone
///   └── nobody receives for <see cref="HttpSessionRules.WithoutReceiver"/>, or a goodbye takes as long ─► gone
/// </code>
/// </summary>
internal sealed class HttpSession(HttpSessionRules rules, TimeProvider time) : Wire
{
    private const string Open = "o{}\n";
    private const string Beat = "h\n";

    // All under the gate.
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _waiting = new();
    private Receiver? _receiver;
    private CloseReason? _closing;
    private bool _isOpened;
    private bool _isBeatDue;
    private long _changedAt = time.GetTimestamp();   // when the last receiver left, or the goodbye began
    private long _beatAt = time.GetTimestamp();
    private long _heardAt = time.GetTimestamp();

    private Action? _onClosing;
    private Action? _onGone;

    /// <summary>One message of the client after the other.</summary>
    public SemaphoreSlim Receiving { get; } = new(1);

    public override CloseReason Restarting => CloseCodes.Restarting;

    /// <summary>Whether a goodbye is on its way.</summary>
    public bool IsClosing
    {
        get
        {
            lock (_gate)
            {
                return _closing is not null;
            }
        }
    }

    /// <summary>Tells <paramref name="onClosing"/> when nobody is to count or feed the session any longer, and <paramref name="onGone"/> when nothing is left of it.</summary>
    public void Watch(Action onClosing, Action onGone) => (_onClosing, _onGone) = (onClosing, onGone);

    public override void Send(ReadOnlySpan<byte> frames)
    {
        var isTooSlow = false;
        lock (_gate)
        {
            while (_closing is null && TextFrame.TryTake(ref frames, out var text))
            {
                Append(text);
            }

            isTooSlow = _closing is null && _waiting.WrittenCount > rules.QueueBytes;
            _receiver?.Wake();
        }

        if (isTooSlow)
        {
            IsTooSlow = true;
            End(CloseCodes.TooSlow, drop: true);
        }
    }

    public override void Close(CloseReason reason) => End(reason, drop: false);

    /// <summary>Takes over from whoever receives at the moment: that one's answer ends.</summary>
    public Receiver Enter(Action abort)
    {
        lock (_gate)
        {
            _receiver?.Replace();
            _heardAt = _beatAt = time.GetTimestamp();
            return _receiver = new Receiver(abort);
        }
    }

    public void Leave(Receiver receiver)
    {
        lock (_gate)
        {
            if (_receiver == receiver)
            {
                _receiver = null;
                _changedAt = time.GetTimestamp();
            }
        }
    }

    /// <summary>The client showed that it is there.</summary>
    public void Hear()
    {
        lock (_gate)
        {
            _heardAt = time.GetTimestamp();
        }
    }

    /// <summary>What is to be written now; null when it has to be waited for, see <see cref="Receiver.News"/>.</summary>
    public Delivery? Take(Receiver receiver)
    {
        lock (_gate)
        {
            if (_receiver != receiver)
            {
                return Delivery.Over;
            }

            receiver.Listen();
            var text = new StringBuilder();
            text.Append(_isOpened ? "" : Open);
            text.Append(_waiting.WrittenCount > 0 ? $"a[{Encoding.UTF8.GetString(_waiting.WrittenSpan)}]\n" : "");
            text.Append(_isBeatDue ? Beat : "");
            text.Append(_closing is { } reason ? Goodbye(reason) : "");
            if (text.Length == 0)
            {
                return null;
            }

            (_isOpened, _isBeatDue) = (true, false);
            _waiting = _waiting.WrittenCount > 0 ? new ArrayBufferWriter<byte>() : _waiting;
            return new Delivery(text.ToString(), IsLast: _closing is not null, IsGoodbye: _closing is not null);
        }
    }

    public override void Check()
    {
        lock (_gate)
        {
            if (_closing is null && _receiver is not null)
            {
                if (time.GetElapsedTime(_heardAt) > rules.Silence)
                {
                    End(CloseCodes.NoPong, drop: false);
                }
                else if (time.GetElapsedTime(_beatAt) > rules.Heartbeat)
                {
                    (_isBeatDue, _beatAt) = (true, time.GetTimestamp());
                    _receiver.Wake();
                }

                return;
            }

            if (time.GetElapsedTime(_changedAt) < rules.WithoutReceiver)
            {
                return;
            }

            _receiver?.Abort();
        }

        Go();
    }

    /// <summary>The client knows that it is over, or will never ask.</summary>
    public void Go()
    {
        End(CloseReason.Done, drop: true);
        Interlocked.Exchange(ref _onGone, null)?.Invoke();
    }

    /// <summary>A session that says why there is none.</summary>
    public static string Refusal(CloseReason reason)
    {
        var error = JsonEncodedText.Encode(PusherFrames.Error(reason.Code, reason.Text).Span, PusherFrames.Escaping);
        return $"{Open}a[\"{error}\"]\n{Goodbye(reason)}";
    }

    // May be called in the middle of anything, so whoever has to forget this client is told from a thread of its own.
    private void End(CloseReason reason, bool drop)
    {
        lock (_gate)
        {
            if (_closing is not null)
            {
                return;
            }

            _closing = reason;
            _changedAt = time.GetTimestamp();
            _waiting = drop ? new ArrayBufferWriter<byte>() : _waiting;
            _receiver?.Wake();
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static session => Interlocked.Exchange(ref session._onClosing, null)?.Invoke(), this, preferLocal: false);
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        var escaped = JsonEncodedText.Encode(text, PusherFrames.Escaping).EncodedUtf8Bytes;
        _waiting.Write(_waiting.WrittenCount > 0 ? ",\""u8 : "\""u8);
        _waiting.Write(escaped);
        _waiting.Write("\""u8);
    }

    private static string Goodbye(CloseReason reason) =>
        string.Create(CultureInfo.InvariantCulture, $"c[{reason.Code},\"{JsonEncodedText.Encode(reason.Text, PusherFrames.Escaping)}\"]\n");
}

/// <summary>What the fallback allows, and when it gives a client up.</summary>
/// <param name="QueueBytes">How many bytes may wait for a client before it counts as too slow.</param>
/// <param name="Heartbeat">How often the node says that it is there; a client that streams answers.</param>
/// <param name="Silence">After how much silence a client is given up.</param>
internal sealed record HttpSessionRules(int QueueBytes, TimeSpan Heartbeat, TimeSpan Silence)
{
    /// <summary>How long a session lives when nobody receives.</summary>
    public TimeSpan WithoutReceiver { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Frames for one receiver; after the last its answer ends, and after a goodbye the session.</summary>
internal sealed record Delivery(string Frames, bool IsLast, bool IsGoodbye)
{
    /// <summary>Somebody else receives.</summary>
    public static Delivery Over { get; } = new("", IsLast: true, IsGoodbye: false);
}
