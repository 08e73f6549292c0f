using System.Collections.Concurrent;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Compaction;

/// <summary>How far a device had read, when that was, and what it said of its disk.</summary>
internal readonly record struct ReaderPlace(long Seq, long SeenAt, string? Storage);

/// <summary>How far each device has read, as it said when it last came. Kept in memory until the next round of compaction writes it down.</summary>
internal sealed class ReaderPlaces(SqliteStore store, TimeProvider time)
{
    // A device is what a caller calls itself: so many of them in an hour are none.
    private const int Most = 50_000;

    private readonly ConcurrentDictionary<string, ReaderPlace> _news = new(StringComparer.Ordinal);

    /// <summary>A device came with these cursors; the lowest that it has read anything by counts, and is answered: 0 when it has read nothing.</summary>
    public long Note(DeviceId device, IEnumerable<Cursor?> cursors, string? storage = null)
    {
        var read = cursors.OfType<Cursor>().Where(cursor => cursor.Seq > 0 && ReaderEpochs.LogOf(cursor) == store.Epoch).Select(cursor => cursor.Seq);
        var lowest = read.DefaultIfEmpty().Min();
        if (lowest > 0 && (_news.Count < Most || _news.ContainsKey(device.Value)))
        {
            _news[device.Value] = new ReaderPlace(lowest, time.GetUtcNow().ToUnixTimeMilliseconds(), storage);
        }

        return lowest;
    }

    /// <summary>What is not written down yet, and stays here.</summary>
    public IReadOnlyDictionary<string, ReaderPlace> News => new Dictionary<string, ReaderPlace>(_news);

    /// <summary>What is not written down yet; it is no longer kept here.</summary>
    public IReadOnlyList<(string Device, ReaderPlace Place)> TakeAll()
    {
        var taken = new List<(string, ReaderPlace)>();
        foreach (var device in _news.Keys)
        {
            if (_news.TryRemove(device, out var place))
            {
                taken.Add((device, place));
            }
        }

        return taken;
    }
}
