using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Feed.Compaction;

/// <summary>Who keeps the log from which change on. <paramref name="Until"/> is when it lets go by itself; null: as time goes on.</summary>
internal sealed record FloorHolder(string Name, long Seq, DateTimeOffset? Until)
{
    private const string DevicePrefix = "device:";

    /// <summary>The device, or the link of the branch, that holds it; null for others.</summary>
    public string? Device => Name.StartsWith(DevicePrefix, StringComparison.Ordinal) ? Name[DevicePrefix.Length..] : null;

    /// <summary>What a device said of its disk.</summary>
    public string? Storage { get; init; }

    public static FloorHolder OfDevice(string device, long seq, DateTimeOffset until) => new(DevicePrefix + device, seq, until);
}

/// <summary>
/// How far the log may be compacted and purged: the lowest of what each holder lets go. Everybody's is the time; snapshots on their way hold both,
/// devices that have not read on hold tombstones only, because a compacted log tells them the same.
/// </summary>
internal sealed class FeedFloor(SqliteStore store, Reservations reservations, IOptions<FeedOptions> options, TimeProvider time)
{
    /// <summary>How long a device holds it that does not come back.</summary>
    public TimeSpan HoldForDevices => options.Value.HoldForDevices;

    /// <summary>Everybody who holds the floor, the lowest first.</summary>
    public async Task<IReadOnlyList<FloorHolder>> ListAsync(CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return [.. Tombstones(lease.Database).Concat(Devices(lease.Database)).Concat(reservations.List()).OrderBy(holder => holder.Seq)];
    }

    /// <summary>The same with places that are not written down yet.</summary>
    public async Task<IReadOnlyList<FloorHolder>> ListAsync(IReadOnlyDictionary<string, ReaderPlace> news, CancellationToken cancellationToken)
    {
        var written = await ListAsync(cancellationToken);
        return
        [
            .. written.Where(holder => holder.Device is null || !news.ContainsKey(holder.Device))
                .Concat(news.Select(place => FloorHolder.OfDevice(
                    place.Key, place.Value.Seq, DateTimeOffset.FromUnixTimeMilliseconds(place.Value.SeenAt) + options.Value.HoldForDevices) with { Storage = place.Value.Storage }))
                .OrderBy(holder => holder.Seq),
        ];
    }

    /// <summary>Up to which change the log may be compacted.</summary>
    public async Task<long> FoldableAsync(CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return Math.Min(CommittedBefore(lease.Database, options.Value.KeepLog), Lowest(reservations.List()));
    }

    /// <summary>Up to which change tombstones may be purged: nothing that is not compacted yet.</summary>
    public async Task<long> PurgeableAsync(CancellationToken cancellationToken) =>
        Math.Min(await FoldableAsync(cancellationToken), Lowest(await ListAsync(cancellationToken)));

    private static long Lowest(IEnumerable<FloorHolder> holders) => holders.Select(holder => holder.Seq).DefaultIfEmpty(long.MaxValue).Min();

    private IEnumerable<FloorHolder> Tombstones(Database database) =>
        [new FloorHolder("time", CommittedBefore(database, options.Value.KeepTombstones), null)];

    private List<FloorHolder> Devices(Database database)
    {
        var hold = options.Value.HoldForDevices;
        var statement = database.Prepare("SELECT device, seq, seen_at, storage FROM _readers WHERE seen_at >= ?1")
            .Bind(1, (time.GetUtcNow() - hold).ToUnixTimeMilliseconds());
        var holders = new List<FloorHolder>();
        while (statement.Step())
        {
            var until = DateTimeOffset.FromUnixTimeMilliseconds(statement.Integer(2)) + hold;
            holders.Add(FloorHolder.OfDevice(statement.Text(0), statement.Integer(1), until) with { Storage = statement.TextOrNull(3) });
        }

        statement.Reset();
        return holders;
    }

    /// <summary>The last change that is known to have been committed so long ago.</summary>
    private long CommittedBefore(Database database, TimeSpan ago) =>
        database.Number("SELECT COALESCE(MAX(seq), 0) FROM _marks WHERE at <= ?1", (time.GetUtcNow() - ago).ToUnixTimeMilliseconds());
}
