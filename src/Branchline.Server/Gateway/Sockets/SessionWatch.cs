namespace Branchline.Server.Gateway.Sockets;

/// <summary>Closes a socket when a session it lives on ends. May be told of sessions from any thread.</summary>
internal sealed class SessionWatch(Wire wire, CloseReason reason) : IDisposable
{
    private readonly Dictionary<CancellationToken, CancellationTokenRegistration> _watched = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    public void Add(Listener listener)
    {
        lock (_gate)
        {
            if (!_disposed && listener.Ended.CanBeCanceled && !_watched.ContainsKey(listener.Ended))
            {
                _watched[listener.Ended] = listener.Ended.UnsafeRegister(_ => wire.Close(reason), null);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var registration in _watched.Values)
            {
                registration.Unregister();
            }

            _watched.Clear();
        }
    }
}
