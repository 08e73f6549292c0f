using System.Collections.Concurrent;
using Branchline.Protocol;
using Branchline.Server.Mutations;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>
/// Stamps of uploaded records. Laravel's times are whole seconds, and the later of two changes within one has to win: what comes next with the same time
/// counts on.
/// </summary>
internal sealed class RecordStamps(NodeClock clock)
{
    private readonly ConcurrentDictionary<DeviceId, Stamp> _last = new();

    /// <summary>A stamp of that time, or without one a stamp later than everything.</summary>
    public Stamp Of(DeviceId device, DateTimeOffset? updatedAt)
    {
        if (updatedAt?.ToUnixTimeMilliseconds() is not (>= 0 and { } milliseconds))
        {
            return clock.Next(device);
        }

        return _last.AddOrUpdate(
            device,
            _ => new Stamp(milliseconds, 0, device),
            (_, last) => last.Milliseconds == milliseconds && last.Counter < Stamp.MaxCounter ? last with { Counter = last.Counter + 1 } : new Stamp(milliseconds, 0, device));
    }
}
