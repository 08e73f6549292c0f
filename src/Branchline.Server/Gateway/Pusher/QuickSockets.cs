using System.Collections.Frozen;
using System.Net;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>Looks at what a new connection sends first: a plain handshake of a Pusher client is served here, anything else by HTTP.</summary>
internal sealed class QuickSockets(
    PusherSockets sockets, AppRegistry apps, IOptions<SocketOptions> options, IServiceProvider services, TimeProvider time)
{
    // Known once the node listens; a connection that comes before is Kestrel's alone.
    private FrozenDictionary<int, bool>? _isSecure;

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        // This stands before TLS: what is looked at here would be answered in the clear.
        if (IsSecure(connection) is not false)
        {
            await next(connection);
            return;
        }

        var (hasSpoken, handshake, app) = await LookAsync(connection);
        if (hasSpoken)
        {
            await (handshake is null ? next(connection) : sockets.ServeAsync(connection, handshake, app!));
        }
    }

    /// <summary>Whether TLS belongs on the port that was connected to; null when nobody knows.</summary>
    public bool? IsSecure(ConnectionContext connection)
    {
        if (_isSecure is null && services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>() is { Addresses.Count: > 0 } listening)
        {
            _isSecure = listening.Addresses.Select(BindingAddress.Parse).Where(address => address.Port > 0)
                .GroupBy(address => address.Port, address => address.Scheme == Uri.UriSchemeHttps)
                .ToFrozenDictionary(port => port.Key, port => port.Any(isSecure => isSecure));
        }

        return connection.LocalEndPoint is IPEndPoint local && _isSecure?.TryGetValue(local.Port, out var isSecure) == true ? isSecure : null;
    }

    /// <summary>Waits for the first bytes; nobody has spoken when nothing came in time, or the node stops.</summary>
    private async ValueTask<(bool HasSpoken, QuickHandshake? Handshake, RealtimeApp? App)> LookAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var timeout = new CancellationTokenSource(options.Value.HandshakeTimeout, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            var read = await input.ReadAsync(patience.Token);
            var handshake = QuickHandshake.TryRead(read.Buffer);
            if (handshake is null || !apps.TryFindByKey(handshake.AppKey, out var app))
            {
                input.AdvanceTo(read.Buffer.Start);
                return (true, null, null);
            }

            input.AdvanceTo(read.Buffer.GetPosition(handshake.Length));
            return (true, handshake, app);
        }
        catch (Exception lost) when (lost is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            return default;
        }
    }
}

/// <summary>Puts <see cref="QuickSockets"/> in front of HTTP, and <see cref="DirectPipe"/> under TLS.</summary>
internal static class QuickSocketsStage
{
    extension(KestrelServerOptions kestrel)
    {
        public void UseQuickSockets()
        {
            kestrel.Limits.RequestHeadersTimeout = kestrel.ApplicationServices.GetRequiredService<IOptions<SocketOptions>>().Value.HandshakeTimeout;
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                var sockets = endpoint.ApplicationServices.GetRequiredService<QuickSockets>();
                endpoint.Use(next => connection =>
                {
                    if (sockets.IsSecure(connection) is true)
                    {
                        DirectPipe.PutUnder(connection);
                    }

                    return sockets.ServeAsync(connection, next);
                });
            });
        }
    }
}
