using Branchline.Server.Access;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Gateway.Branches;
using Branchline.Server.Gateway.Sync;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Gateway.Status;

/// <summary>Each device that reads the feed on a line, and who holds the log from how far back.</summary>
internal sealed class DeviceLines(DeviceBook book, FeedFloor floor, ReaderPlaces readers, FeedMarks marks, Sessions sessions, SqliteStore store)
{
    private const int MostDevices = 200;
    private const int MostHolders = 10;

    public async Task<(IReadOnlyList<DeviceReply> Devices, FloorReply Floor)> ReadAsync(IReadOnlyList<LinkReply> links, CancellationToken cancellationToken)
    {
        var holders = await floor.ListAsync(readers.News, cancellationToken);
        var known = Known(holders, links);
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return
        (
            [
                .. from device in known.OrderByDescending(one => one.Value.SeenAt).Take(MostDevices)
                   let user = OwnerOf(lease.Database, device)
                   select new DeviceReply(
                       device.Key, user, user is null ? null : sessions.FindUser(user)?.Name, device.Value.SeenAt, device.Value.Follows > 0, Behind(lease.Database, device.Value, user),
                       holders[0].Device == device.Key, device.Value.Storage),
            ],
            Floor(holders, links)
        );
    }

    /// <summary>The devices that came since the node was started, and those of which only their place is known.</summary>
    private Dictionary<string, KnownDevice> Known(IReadOnlyList<FloorHolder> holders, IReadOnlyList<LinkReply> links)
    {
        var known = new Dictionary<string, KnownDevice>(book.All);
        foreach (var holder in holders)
        {
            if (holder is { Device: { } device, Until: { } until })
            {
                known.TryAdd(device, new KnownDevice("", until - floor.HoldForDevices, holder.Seq, 0, holder.Storage));
            }
        }

        // A branch reads like a device, and has a line of its own.
        foreach (var link in links)
        {
            known.Remove(link.Id);
        }

        return known;
    }

    private static string? OwnerOf(Database database, KeyValuePair<string, KnownDevice> device)
    {
        if (device.Value.User.Length > 0)
        {
            return device.Value.User;
        }

        var statement = database.Prepare("SELECT user_id FROM _devices WHERE device = ?1").Bind(1, device.Key);
        var user = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return user;
    }

    // One that follows is sent everything as it is committed, or is disconnected.
    private long? Behind(Database database, KnownDevice device, string? user)
    {
        if (device.Follows > 0)
        {
            return 0;
        }

        return device.Seq == 0 || user is null || sessions.FindUser(user) is not { } owner
            ? null
            : PendingDown.Count(database, new BranchStand(sessions.IdentityOf(owner).Scopes, [.. store.Schema.Tables.Keys], device.Seq, "")).Count;
    }

    private FloorReply Floor(IReadOnlyList<FloorHolder> holders, IReadOnlyList<LinkReply> links)
    {
        var seq = Math.Max(marks.Floor, holders.Select(holder => holder.Seq).DefaultIfEmpty(0).Min());
        return new FloorReply(seq, marks.Head - seq, [.. holders.Take(MostHolders).Select(holder => Reply(holder, links))]);
    }

    private static FloorHolderReply Reply(FloorHolder holder, IReadOnlyList<LinkReply> links) =>
        links.FirstOrDefault(link => link.Id == holder.Device) is { } link
            ? new FloorHolderReply("branch:" + link.Id, link.Name, holder.Seq, holder.Until)
            : new FloorHolderReply(holder.Name, null, holder.Seq, holder.Until);
}
