using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Store;

/// <summary>What a device may ask about itself: the last number the node has from it.</summary>
internal sealed class DeviceNumbers(SqliteStore store)
{
    /// <summary>The life of the log.</summary>
    public string Epoch => store.Epoch;

    public async ValueTask<long> LastNumberAsync(DeviceId device, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var statement = lease.Database.Prepare("SELECT last_n FROM _devices WHERE device = ?1").Bind(1, device.Value);
        var last = statement.Step() ? statement.Integer(0) : 0;
        statement.Reset();
        return last;
    }
}
