using System.Diagnostics.Metrics;
using Branchline.Protocol;

namespace Branchline.Server.Feed.Checksums;

/// <summary>How often checksums were others than they should be. It should stay at nought: every one is a mistake of somebody's, though it was repaired.</summary>
internal sealed class ChecksumMeter
{
    private readonly Counter<long> _mismatches;

    public ChecksumMeter(IMeterFactory meters) => _mismatches = meters.Create(NodeMeter.Name).CreateCounter<long>(
        "branchline.checksum.mismatches", "{table}", "Tables whose rows a device, or the node's own count, found to be others than their checksum says.");

    /// <summary>A device found tables that differ. Only whole tables count, so that one that is divided again and again counts once.</summary>
    public void Compared(CompareReply reply) => Found(reply.Ranges.Count(range => !range.Same && range is { After: null, To: null, Part: null, Gone: null }));

    public void Found(int tables)
    {
        if (tables > 0)
        {
            _mismatches.Add(tables);
        }
    }
}
