using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>Looks at what a new connection sends first: a plain handshake of a Pusher client is served here, anything else by HTTP.</summary>
internal sealed class QuickSockets(PusherSockets sockets, AppRegistry apps, IOptions<KestrelServerOptions> kestrel, TimeProvider time)
{
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var input = connection.Transport.Input;
        using (var patience = new CancellationTokenSource(kestrel.Value.Limits.RequestHeadersTimeout, time))
        {
            try
            {
                var read = await input.ReadAsync(patience.Token);
                var handshake = QuickHandshake.TryRead(read.Buffer);
                if (handshake is null || !apps.TryFindByKey(handshake.AppKey, out var app))
                {
                    input.AdvanceTo(read.Buffer.Start);
                }
                else
                {
                    input.AdvanceTo(read.Buffer.GetPosition(handshake.Length));
                    await sockets.ServeAsync(connection, handshake, app);
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                // Nothing came in time: HTTP says so, or goes on waiting as long as it likes.
            }
            catch (Exception lost) when (lost is IOException or ConnectionAbortedException)
            {
                return;
            }
        }

        await next(connection);
    }
}

/// <summary>Puts <see cref="QuickSockets"/> in front of HTTP.</summary>
internal static class QuickSocketsStage
{
    extension(KestrelServerOptions kestrel)
    {
        public void UseQuickSockets() => kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            var sockets = endpoint.ApplicationServices.GetRequiredService<QuickSockets>();
            endpoint.Use(next => connection => sockets.ServeAsync(connection, next));
        });
    }
}
