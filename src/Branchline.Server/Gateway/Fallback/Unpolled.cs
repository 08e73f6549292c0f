using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Branchline.Server.Gateway.Fallback;

/// <summary>
/// How many sessions that nobody polls come from each network: one costs its opener a single request and no connection, so few may hold a node's
/// places. Of IPv6 the first half counts, because one customer has as many addresses as they like.
/// </summary>
internal sealed class Unpolled(int most)
{
    private const int NetworkBytes = 8;

    private readonly ConcurrentDictionary<IPAddress, int> _counts = new();

    public int Count(IPAddress address) => _counts.GetValueOrDefault(NetworkOf(address));

    public bool IsFull(IPAddress? address) => address is not null && Count(address) >= most;

    public UnpolledPlace PlaceOf(IPAddress? address) => new(this, address is null ? null : NetworkOf(address));

    public void Take(IPAddress network) => _counts.AddOrUpdate(network, 1, static (_, count) => count + 1);

    public void Leave(IPAddress network)
    {
        if (_counts.AddOrUpdate(network, 0, static (_, count) => count - 1) == 0)
        {
            _counts.TryRemove(new KeyValuePair<IPAddress, int>(network, 0));
        }
    }

    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}

/// <summary>One session's place among those that nobody polls; counts for nobody where the address is not known.</summary>
internal sealed record UnpolledPlace(Unpolled Unpolled, IPAddress? Network)
{
    public void Take()
    {
        if (Network is not null)
        {
            Unpolled.Take(Network);
        }
    }

    public void Leave()
    {
        if (Network is not null)
        {
            Unpolled.Leave(Network);
        }
    }
}
