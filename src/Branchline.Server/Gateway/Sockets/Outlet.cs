// Straight to the socket, without a hop to another thread; what it does not take is joined (the first three cases of the fan-out benchmark).
using System.Buffers;
using System.Net.Sockets;

namespace Branchline.Server.Gateway.Sockets;

/// <summary>What became of bytes given to an <see cref="Outlet"/>.</summary>
internal enum Sending
{
    /// <summary>Sent, or waiting behind what was given before.</summary>
    Taken,

    /// <summary>More waits than may; these bytes were dropped, and only a goodbye is taken from here on.</summary>
    Overflowed,

    /// <summary>Nothing is taken any more.</summary>
    Ended,
}

/// <summary>
/// The way out to one peer. On plain TCP bytes go straight to the socket while nothing waits; what the socket does not take, and
/// everything with TLS or HTTP/2, waits in one buffer and is written joined by a loop that lives only as long as something waits.
/// Called from any thread. The bytes that wait always begin with a whole frame: the rest of one half sent is with the loop.
/// </summary>
internal sealed class Outlet(Stream output, Socket? socket, int capacity)
{
    private readonly Lock _gate = new();

    // All under the gate.
    private byte[] _waiting = [];
    private int _length;
    private bool _isWriting;
    private bool _isFull;       // something found no room: what came behind it would leave a gap
    private bool _isEnded;
    private TaskCompletionSource? _emptied;

    public Sending Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return Sending.Ended;
            }

            if (_isWriting || _isFull)
            {
                return Wait(bytes);
            }

            var sent = TrySendNow(bytes);
            if (sent < bytes.Length)
            {
                StartWriting(bytes[sent..]);
            }

            return Sending.Taken;
        }
    }

    /// <summary>The last bytes: nothing is taken after them. Dropping means that what waits is not sent, save a frame half sent.</summary>
    public void Finish(ReadOnlySpan<byte> goodbye, bool drop)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            if (!_isWriting)
            {
                var sent = TrySendNow(goodbye);
                if (sent < goodbye.Length)
                {
                    StartWriting(goodbye[sent..]);
                }

                return;
            }

            _length = drop ? 0 : _length;
            Append(goodbye);
        }
    }

    /// <summary>Completes when nothing waits: whoever has much to send waits for it in between, see <see cref="Sending.Overflowed"/>.</summary>
    public Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_isWriting)
            {
                return Task.CompletedTask;
            }

            _emptied ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _emptied.Task.WaitAsync(cancellationToken);
        }
    }

    private int TrySendNow(ReadOnlySpan<byte> bytes)
    {
        if (socket is null)
        {
            return 0;
        }

        try
        {
            // A broken connection shows where it is read.
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            return error == SocketError.Success ? sent : error == SocketError.WouldBlock ? 0 : bytes.Length;
        }
        catch (ObjectDisposedException)
        {
            return bytes.Length;
        }
    }

    private Sending Wait(ReadOnlySpan<byte> bytes)
    {
        _isFull |= _length + bytes.Length > capacity;
        if (_isFull)
        {
            return Sending.Overflowed;
        }

        Append(bytes);
        return Sending.Taken;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _waiting.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes.Length, _waiting.Length * 2));
            _waiting.AsSpan(0, _length).CopyTo(larger);
            Return(_waiting);
            _waiting = larger;
        }

        bytes.CopyTo(_waiting.AsSpan(_length));
        _length += bytes.Length;
    }

    private void StartWriting(ReadOnlySpan<byte> bytes)
    {
        _isWriting = true;
        Append(bytes);
        var (chunk, length) = TakeWaiting();
        _ = WriteAsync(chunk, length);
    }

    private (byte[] Chunk, int Length) TakeWaiting()
    {
        var taken = (_waiting, _length);
        (_waiting, _length) = ([], 0);
        return taken;
    }

    /// <summary>Owned by this outlet, ends when nothing waits or the connection breaks; never throws.</summary>
    private async Task WriteAsync(byte[] chunk, int length)
    {
        var isBroken = false;
        while (length > 0)
        {
            isBroken = isBroken || !await TryWriteAsync(chunk.AsMemory(0, length));
            Return(chunk);
            lock (_gate)
            {
                _isEnded |= isBroken;
                (chunk, length) = TakeWaiting();
                if (length == 0)
                {
                    _isWriting = false;
                    _emptied?.TrySetResult();
                    _emptied = null;
                }
            }
        }
    }

    private async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (socket is null)
            {
                await output.WriteAsync(bytes);
                return true;
            }

            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes)..];
            }

            return true;
        }
        catch (Exception lost) when (lost is SocketException or IOException or ObjectDisposedException or InvalidOperationException or NotSupportedException or OperationCanceledException)
        {
            return false; // It shows where the connection is read.
        }
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
