using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Plain;

/// <summary>
/// One answer of server-sent events. What waits for its reader is bounded; one that stays behind, or takes nothing at all, is ended.
/// <code>
/// open ── Close(reason) ─► what waits is sent ─► event: close ─► ended
///   ├── too slow ────────► what waits is dropped ─► event: close ─► ended
///   └── nothing is taken for <see cref="Patience"/>, or a goodbye takes as long as <see cref="SocketRules.Goodbye"/> ─► cut
/// </code>
/// </summary>
internal sealed class EventStream(HttpContext context, SocketRules rules, Func<string> cursor, TimeProvider time) : Wire
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // All under the gate.
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _waiting = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _emptied;
    private bool _isEnding;
    private bool _isWriting;
    private long _changedAt = time.GetTimestamp();   // when writing began or ended, or the goodbye began

    public override CloseReason Restarting => rules.Restarting;

    /// <summary>Each word as an event, with where the reader stands once it has it.</summary>
    public override void Send(ReadOnlySpan<byte> frames)
    {
        while (TextFrame.TryTake(ref frames, out var text))
        {
            Say(text, cursor());
        }
    }

    public void Say(ReadOnlySpan<byte> text, string id)
    {
        var isTooSlow = false;
        lock (_gate)
        {
            if (_isEnding)
            {
                return;
            }

            Append($"id: {id}\n");
            foreach (var line in text.Split((byte)'\n'))
            {
                Append("data: ");
                _waiting.Write(text[line]);
                Append("\n");
            }

            Append("\n");
            isTooSlow = _waiting.WrittenCount > rules.QueueBytes;
            _news.TrySetResult();
        }

        if (isTooSlow)
        {
            IsTooSlow = true;
            End(rules.TooSlow, drop: true);
        }
    }

    /// <summary>Where the reader stands, without an event.</summary>
    public void Place(string id) => Write($"id: {id}\n\n");

    public override void Close(CloseReason reason) => End(reason, drop: false);

    /// <summary>Completes when nothing waits.</summary>
    public Task WhenSentAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_waiting.WrittenCount == 0 && !_isWriting)
            {
                return Task.CompletedTask;
            }

            _emptied ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _emptied.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes until the stream has ended or its reader is gone.</summary>
    public async Task RunAsync()
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.Body.FlushAsync(context.RequestAborted);
        while (true)
        {
            var (bytes, isLast, news) = Take();
            if (!bytes.IsEmpty)
            {
                await response.Body.WriteAsync(bytes, context.RequestAborted);
                await response.Body.FlushAsync(context.RequestAborted);
                continue;
            }

            if (isLast)
            {
                return;
            }

            await news.WaitAsync(context.RequestAborted);
        }
    }

    public override void Check()
    {
        lock (_gate)
        {
            var since = time.GetElapsedTime(_changedAt);
            if (since > (_isEnding ? rules.Goodbye : Patience) && (_isEnding || _isWriting))
            {
                context.Abort();
            }
            else if (!_isEnding && !_isWriting && since > Silence)
            {
                // A comment, which readers pass over.
                Append(":\n\n");
                _news.TrySetResult();
            }
        }
    }

    private (ReadOnlyMemory<byte> Bytes, bool IsLast, Task News) Take()
    {
        lock (_gate)
        {
            var bytes = _waiting.WrittenMemory;
            _waiting = bytes.IsEmpty ? _waiting : new ArrayBufferWriter<byte>();
            if (bytes.IsEmpty)
            {
                _emptied?.TrySetResult();
                _emptied = null;
            }

            if (!_isEnding && (_isWriting || !bytes.IsEmpty))
            {
                _changedAt = time.GetTimestamp();
            }

            _isWriting = !bytes.IsEmpty;
            if (_news.Task.IsCompleted)
            {
                _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return (bytes, _isEnding, _news.Task);
        }
    }

    private void End(CloseReason reason, bool drop)
    {
        lock (_gate)
        {
            if (_isEnding)
            {
                return;
            }

            _waiting = drop ? new ArrayBufferWriter<byte>() : _waiting;
            Append(string.Create(
                CultureInfo.InvariantCulture, $"event: close\ndata: {{\"code\":{reason.Code},\"reason\":\"{JsonEncodedText.Encode(reason.Text)}\"}}\n\n"));
            _isEnding = true;
            _changedAt = time.GetTimestamp();
            _news.TrySetResult();
        }
    }

    private void Write(string text)
    {
        lock (_gate)
        {
            Append(text);
            _news.TrySetResult();
        }
    }

    private void Append(string text) => Encoding.UTF8.GetBytes(text, _waiting);
}
