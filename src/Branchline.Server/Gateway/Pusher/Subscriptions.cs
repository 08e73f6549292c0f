using Branchline.Server.Fanout;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// The channels of one connection. Written by its reading loop; emptied once, by whichever side ends the connection.
/// </summary>
internal sealed class Subscriptions(Broadcaster broadcaster, Subscriber subscriber)
{
    private readonly Dictionary<string, IReadOnlyList<string>> _scopes = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private bool _ended;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _scopes.Count;
            }
        }
    }

    public bool Contains(string channel)
    {
        lock (_gate)
        {
            return _scopes.ContainsKey(channel);
        }
    }

    /// <summary>Does nothing for a channel already joined, and nothing once the connection has ended.</summary>
    public void Join(string channel, IReadOnlyList<string> scopes)
    {
        lock (_gate)
        {
            if (_ended || !_scopes.TryAdd(channel, scopes))
            {
                return;
            }

            foreach (var scope in scopes)
            {
                broadcaster.Subscribe(Topic.Channel(channel, scope), subscriber);
            }
        }
    }

    public void Leave(string channel)
    {
        lock (_gate)
        {
            if (_scopes.Remove(channel, out var scopes))
            {
                Withdraw(channel, scopes);
            }
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            foreach (var (channel, scopes) in _scopes)
            {
                Withdraw(channel, scopes);
            }

            _scopes.Clear();
        }
    }

    private void Withdraw(string channel, IReadOnlyList<string> scopes)
    {
        foreach (var scope in scopes)
        {
            broadcaster.Unsubscribe(Topic.Channel(channel, scope), subscriber);
        }
    }
}
