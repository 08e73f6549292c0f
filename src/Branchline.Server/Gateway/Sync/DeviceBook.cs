using System.Collections.Concurrent;
using Branchline.Protocol;
using Branchline.Server.Feed.Compaction;

namespace Branchline.Server.Gateway.Sync;

/// <summary>
/// A device as it came last: whose it is, when, how far it had read then (0: nothing), over how many sockets it follows the feed at this moment, and what
/// it said of its disk.
/// </summary>
internal sealed record KnownDevice(string User, DateTimeOffset SeenAt, long Seq, int Follows, string? Storage = null);

/// <summary>The devices that read this node's feed, since it was started, for the monitor. How far each has read is told to the compaction, too.</summary>
internal sealed class DeviceBook(ReaderPlaces places, TimeProvider time)
{
    // A device is what a caller calls itself.
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, KnownDevice> _known = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, KnownDevice> All => new Dictionary<string, KnownDevice>(_known);

    /// <summary>How many follow the feed at this moment.</summary>
    public int Following => _known.Values.Count(device => device.Follows > 0);

    /// <summary>A device came with these cursors.</summary>
    public void Read(DeviceId device, string user, IEnumerable<Cursor?> cursors, string? storage)
    {
        var seq = places.Note(device, cursors, storage);
        Note(device, known => known with { User = user, Seq = seq, Storage = storage }, new KnownDevice(user, default, seq, 0, storage));
    }

    /// <summary>It is sent what is committed from now on.</summary>
    public void Follow(DeviceId device, string user) =>
        Note(device, known => known with { User = user, Follows = known.Follows + 1 }, new KnownDevice(user, default, 0, 1));

    /// <summary>It follows no longer.</summary>
    public void Leave(DeviceId device) =>
        Note(device, known => known with { Follows = Math.Max(0, known.Follows - 1) }, null);

    private void Note(DeviceId device, Func<KnownDevice, KnownDevice> change, KnownDevice? first)
    {
        var isKnown = _known.ContainsKey(device.Value);
        if (!isKnown && (first is null || _known.Count >= Most))
        {
            return;
        }

        var now = time.GetUtcNow();
        _known.AddOrUpdate(device.Value, _ => (first ?? new KnownDevice("", now, 0, 0)) with { SeenAt = now }, (_, known) => change(known) with { SeenAt = now });
    }
}
