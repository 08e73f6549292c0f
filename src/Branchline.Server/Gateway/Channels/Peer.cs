using System.Collections.Concurrent;
using Branchline.Server.Gateway.Sockets;

namespace Branchline.Server.Gateway.Channels;

/// <summary>A connected client as the rest of its app sees it.</summary>
internal abstract class Peer(string socketId, Wire wire)
{
    public string SocketId => socketId;

    public Wire Wire => wire;

    /// <summary>The name of the person whose session the handshake carried; null when it carried none.</summary>
    public virtual string? Who => null;

    /// <summary>Closes a connection that has been here so long without showing that anybody knows it.</summary>
    public abstract void CloseUnlessAuthorized(TimeSpan within);
}

/// <summary>The connected clients of one app, by socket id.</summary>
internal sealed class Peers
{
    private readonly ConcurrentDictionary<string, Peer> _bySocketId = new(StringComparer.Ordinal);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<Peer> All => _bySocketId.Values;

    public Peer? Find(string socketId) => _bySocketId.GetValueOrDefault(socketId);

    public void Add(Peer peer)
    {
        if (_bySocketId.TryAdd(peer.SocketId, peer))
        {
            Interlocked.Increment(ref _count);
        }
    }

    public void Remove(Peer peer)
    {
        if (_bySocketId.TryRemove(peer.SocketId, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
