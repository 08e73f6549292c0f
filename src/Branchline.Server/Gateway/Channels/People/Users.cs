namespace Branchline.Server.Gateway.Channels.People;

/// <summary>
/// Who is signed in on which connections of one app, and who wants to know of whom. A person is online while at least one connection of theirs is
/// signed in.
/// </summary>
internal sealed class Users
{
    private readonly Lock _gate = new();

    // Under the gate.
    private readonly Dictionary<string, HashSet<Peer>> _online = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Peer>> _watchers = new(StringComparer.Ordinal);

    /// <summary>Binds the connection to the person, who is online from then on.</summary>
    public void Enter(Peer peer, SignedInUser user)
    {
        lock (_gate)
        {
            if (Set(_online, user.Id).Add(peer) && _online[user.Id].Count == 1)
            {
                Tell(user.Id, PusherFrames.Watched([user.Id], []), except: peer);
            }
        }
    }

    /// <summary>Tells the connection who of those it watches is there, and from then on who comes and goes.</summary>
    public void Watch(Peer peer, SignedInUser user)
    {
        lock (_gate)
        {
            foreach (var watched in user.Watchlist)
            {
                Set(_watchers, watched).Add(peer);
            }

            if (user.Watchlist.Count > 0)
            {
                var there = user.Watchlist.ToLookup(_online.ContainsKey);
                peer.Wire.Say(PusherFrames.Watched([.. there[true]], [.. there[false]]));
            }
        }
    }

    public void SignOut(Peer peer, SignedInUser user)
    {
        lock (_gate)
        {
            foreach (var watched in user.Watchlist)
            {
                Drop(_watchers, watched, peer);
            }

            if (Drop(_online, user.Id, peer))
            {
                Tell(user.Id, PusherFrames.Watched([], [user.Id]), except: peer);
            }
        }
    }

    /// <summary>The connections a person is signed in on.</summary>
    public IReadOnlyList<Peer> Of(string userId)
    {
        lock (_gate)
        {
            return [.. _online.GetValueOrDefault(userId) ?? []];
        }
    }

    private void Tell(string userId, ReadOnlyMemory<byte> frame, Peer except)
    {
        foreach (var watcher in _watchers.GetValueOrDefault(userId) ?? [])
        {
            if (watcher != except)
            {
                watcher.Wire.Say(frame);
            }
        }
    }

    private static HashSet<Peer> Set(Dictionary<string, HashSet<Peer>> sets, string key)
    {
        if (!sets.TryGetValue(key, out var set))
        {
            sets[key] = set = [];
        }

        return set;
    }

    /// <summary>True when the last of a set went.</summary>
    private static bool Drop(Dictionary<string, HashSet<Peer>> sets, string key, Peer peer)
    {
        if (!sets.TryGetValue(key, out var set) || !set.Remove(peer) || set.Count > 0)
        {
            return false;
        }

        sets.Remove(key);
        return true;
    }
}
