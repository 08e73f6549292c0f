using System.Collections.Concurrent;
using System.Net;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>How many clients of an app come from each network address. Counted only for apps that limit them.</summary>
internal sealed class Addresses
{
    private readonly ConcurrentDictionary<(string AppId, IPAddress Address), int> _counts = new();

    public bool IsFull(RealtimeApp app, IPAddress? address) =>
        address is not null
        && app.Limits.MaxConnectionsPerAddress > 0
        && _counts.GetValueOrDefault((app.Id, address)) >= app.Limits.MaxConnectionsPerAddress;

    public void Enter(RealtimeApp app, IPAddress? address)
    {
        if (address is not null && app.Limits.MaxConnectionsPerAddress > 0)
        {
            _counts.AddOrUpdate((app.Id, address), 1, static (_, count) => count + 1);
        }
    }

    /// <summary>With the same app as on entering: an app's limits may have changed since.</summary>
    public void Leave(RealtimeApp app, IPAddress? address)
    {
        if (address is not null && app.Limits.MaxConnectionsPerAddress > 0
            && _counts.AddOrUpdate((app.Id, address), 0, static (_, count) => count - 1) <= 0)
        {
            _counts.TryRemove(new KeyValuePair<(string, IPAddress), int>((app.Id, address), 0));
        }
    }
}
