using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Branchline.Server.Gateway.Sockets;

/// <summary>
/// A connection that Kestrel accepted and whose request it read, and that is a WebSocket from here on. Over HTTP/1.1 Kestrel's pipes are
/// taken over as they are, before it has answered: so nothing of its own can come between our bytes, which on plain TCP go
/// straight to the socket. Over HTTP/2 (RFC 8441) the stream takes their place.
/// </summary>
/// <param name="Input">What the client sends.</param>
/// <param name="Output">The way to the client where there is no socket to use: TLS itself, a stream of HTTP/2, else Kestrel's pipe.</param>
/// <param name="Socket">The socket itself on plain TCP.</param>
/// <param name="Abort">Cuts the connection.</param>
internal sealed record Upgrade(PipeReader Input, Stream Output, Socket? Socket, Action Abort)
{
    private const string Salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Answers the handshake, which the framework has checked to be one.</summary>
    public static async ValueTask<Upgrade> AcceptAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } http2)
        {
            var stream = await http2.AcceptAsync();
            return new Upgrade(PipeReader.Create(stream), stream, null, context.Abort);
        }

        var transport = context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport;
        var answer = Answer(context.Request.Headers.SecWebSocketKey.ToString());
        if (context.Features.Get<ITlsHandshakeFeature>() is null && TrySend(context.Features.Get<IConnectionSocketFeature>(), answer) is { } socket)
        {
            return new Upgrade(transport.Input, Stream.Null, socket, context.Abort);
        }

        var output = context.Features.Get<ISslStreamFeature>()?.SslStream ?? transport.Output.AsStream();
        await output.WriteAsync(answer, context.RequestAborted);
        return new Upgrade(transport.Input, output, null, context.Abort);
    }

    /// <summary>Answers a handshake that came over plain TCP and was read before HTTP saw it.</summary>
    public static Upgrade Accept(ConnectionContext connection, string webSocketKey)
    {
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        var answer = Answer(webSocketKey);
        if (TrySend(connection.Features.Get<IConnectionSocketFeature>(), answer) is { } socket)
        {
            return new Upgrade(input, Stream.Null, socket, connection.Abort);
        }

        answer.CopyTo(output.GetMemory(answer.Length));
        output.Advance(answer.Length);
        return new Upgrade(input, output.AsStream(), null, connection.Abort);
    }

    /// <summary>Nothing more comes from here; the other side may still speak. Never throws for a connection that is lost.</summary>
    public async ValueTask EndOutputAsync()
    {
        try
        {
            if (Socket is not null)
            {
                Socket.Shutdown(SocketShutdown.Send);
            }
            else if (Output is SslStream secure)
            {
                await secure.ShutdownAsync();
            }
            else
            {
                await Output.DisposeAsync();
            }
        }
        catch (Exception lost) when (lost is SocketException or IOException or InvalidOperationException or NotSupportedException)
        {
            // It shows where the connection is read.
        }
    }

    /// <summary>The socket, once it has taken the answer; null when there is none to write to.</summary>
    private static Socket? TrySend(IConnectionSocketFeature? feature, byte[] answer)
    {
        if (feature?.Socket is not { ProtocolType: ProtocolType.Tcp } socket)
        {
            return null;
        }

        try
        {
            socket.Blocking = false;
            return socket.Send(answer, SocketFlags.None, out _) == answer.Length ? socket : null;
        }
        catch (ObjectDisposedException)
        {
            // Gone already, which the pipe says to whoever writes to it.
            return null;
        }
    }

    private static byte[] Answer(string key)
    {
#pragma warning disable CA5350 // RFC 6455, section 4.2.2, asks for SHA-1: it proves that a WebSocket server answers, and secures nothing.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Salt)));
#pragma warning restore CA5350
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
    }
}
