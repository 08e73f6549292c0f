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
internal sealed class HttpSession : Wire
{
    private const string Open = "o{}\n";
    private const string Beat = "h\n";

    private readonly HttpSessionRules _rules;
    private readonly UnpolledPlace _unpolled;
    private readonly TimeProvider _time;

    // All under the gate.
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _waiting = new();
    private Receiver? _receiver;
    private CloseReason? _closing;
    private bool _isOpened;
    private bool _isBeatDue;
    private bool _isGone;
    private long _changedAt;    // when the last receiver left, or the goodbye began
    private long _beatAt;
    private long _heardAt;

    private Action? _onClosing;
    private Action? _onGone;

    /// <summary>Opens a session that nobody polls yet: it holds <paramref name="unpolled"/> until somebody does, and whenever nobody does.</summary>
    public HttpSession(HttpSessionRules rules, UnpolledPlace unpolled, TimeProvider time)
    {
        (_rules, _unpolled, _time) = (rules, unpolled, time);
        _changedAt = _beatAt = _heardAt = time.GetTimestamp();
        unpolled.Take();
    }

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

    /// <summary>
    /// Tells <paramref name="onClosing"/> when nobody is to count or feed the session any longer, and <paramref name="onGone"/> when nothing is left
    /// of it; also when that was so before: it may end while it is being opened.
    /// </summary>
    public void Watch(Action onClosing, Action onGone)
    {
        lock (_gate)
        {
            _onClosing = onClosing;
            if (_closing is not null)
            {
                TellClosing();
            }

            if (_isGone)
            {
                Later(onGone);
                return;
            }

            _onGone = onGone;
        }
    }

    public override void Send(ReadOnlySpan<byte> frames)
    {
        var isTooSlow = false;
        lock (_gate)
        {
            while (_closing is null && TextFrame.TryTake(ref frames, out var text))
            {
                Append(text);
            }

            isTooSlow = _closing is null && _waiting.WrittenCount > _rules.QueueBytes;
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
            if (_receiver is null && !_isGone)
            {
                _unpolled.Leave();
            }

            _receiver?.Replace();
            _heardAt = _beatAt = _time.GetTimestamp();
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
                _changedAt = _time.GetTimestamp();
                if (!_isGone)
                {
                    _unpolled.Take();
                }
            }
        }
    }

    /// <summary>The client showed that it is there.</summary>
    public void Hear()
    {
        lock (_gate)
        {
            _heardAt = _time.GetTimestamp();
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
                if (_time.GetElapsedTime(_heardAt) > _rules.Silence)
                {
                    End(CloseCodes.NoPong, drop: false);
                }
                else if (_time.GetElapsedTime(_beatAt) > _rules.Heartbeat)
                {
                    (_isBeatDue, _beatAt) = (true, _time.GetTimestamp());
                    _receiver.Wake();
                }

                return;
            }

            if (_time.GetElapsedTime(_changedAt) < _rules.WithoutReceiver)
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
        Action? onGone;
        lock (_gate)
        {
            if (!_isGone && _receiver is null)
            {
                _unpolled.Leave();
            }

            _isGone = true;
            (onGone, _onGone) = (_onGone, null);
        }

        onGone?.Invoke();
    }

    /// <summary>A session that says why there is none.</summary>
    public static string Refusal(CloseReason reason)
    {
        var error = JsonEncodedText.Encode(PusherFrames.Error(reason.Code, reason.Text).Span, PusherFrames.Escaping);
        return $"{Open}a[\"{error}\"]\n{Goodbye(reason)}";
    }

    private void End(CloseReason reason, bool drop)
    {
        lock (_gate)
        {
            if (_closing is not null)
            {
                return;
            }

            _closing = reason;
            _changedAt = _time.GetTimestamp();
            _waiting = drop ? new ArrayBufferWriter<byte>() : _waiting;
            _receiver?.Wake();
            TellClosing();
        }
    }

    // May happen in the middle of anything, so whoever has to forget this client is told from a thread of its own. Under the gate.
    private void TellClosing()
    {
        Later(_onClosing);
        _onClosing = null;
    }

    private static void Later(Action? told)
    {
        if (told is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static told => told(), told, preferLocal: false);
        }
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
