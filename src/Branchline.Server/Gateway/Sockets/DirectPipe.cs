// TLS writes each record straight to the socket, without a hop to another thread (the cases of `branchline bench realtime --tls`).
using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Branchline.Server.Gateway.Sockets;

/// <summary>
/// What Kestrel's TLS is given in place of its transport: read as ever, written to the socket by whoever writes. Bytes that the socket
/// does not take at once are waited for, so that back-pressure reaches the writer. A broken connection is told the way Kestrel's
/// own pipe tells it, by a completed flush; it shows where the connection is read.
/// </summary>
internal sealed class DirectPipe(PipeReader input, Socket socket) : PipeWriter, IDuplexPipe
{
    // Empty as a rule: TLS hands over whole records by WriteAsync.
    private readonly ArrayBufferWriter<byte> _unflushed = new();

    /// <summary>For a connection that TLS will take; one without a TCP socket keeps what it has.</summary>
    public static void PutUnder(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { ProtocolType: ProtocolType.Tcp } socket)
        {
            socket.Blocking = false;
            connection.Transport = new DirectPipe(connection.Transport.Input, socket);
        }
    }

    public PipeReader Input => input;

    public PipeWriter Output => this;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed.WrittenCount;

    public override void Advance(int bytes) => _unflushed.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _unflushed.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _unflushed.GetSpan(sizeHint);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (_unflushed.WrittenCount > 0)
        {
            _unflushed.Write(source.Span);
            return FlushAsync(cancellationToken);
        }

        var rest = source[TrySendNow(source.Span)..];
        return rest.IsEmpty ? default : SendRestAsync(rest);
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var result = default(FlushResult);
        if (_unflushed.WrittenCount > 0)
        {
            result = await SendRestAsync(_unflushed.WrittenMemory);
            _unflushed.ResetWrittenCount();
        }

        return result;
    }

    /// <summary>Nothing waits here that a cancelled flush would give back.</summary>
    public override void CancelPendingFlush()
    {
    }

    /// <summary>The connection is Kestrel's to end.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    private int TrySendNow(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            return error == SocketError.Success ? sent : 0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    // Never cancelled: behind half a record nothing can be said any more. An aborted connection has its socket closed, which ends it.
    private async ValueTask<FlushResult> SendRestAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, CancellationToken.None)..];
            }

            return default;
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }
}
