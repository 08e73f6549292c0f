using System.Collections.Concurrent;

namespace Branchline.Server.Store.Sqlite;

/// <summary>Connections for reading, each lent to one reader at a time. Readers see the last commit and never block the writer.</summary>
internal sealed class ReaderPool(string file, int size) : IDisposable
{
    private readonly ConcurrentBag<Database> _idle = [];
    private readonly SemaphoreSlim _free = new(size);

    /// <summary>Waits for a free connection; disposing of the lease gives it back.</summary>
    public async ValueTask<Lease> RentAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return new Lease(this, _idle.TryTake(out var database) ? database : Open());
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var database))
        {
            database.Dispose();
        }

        _free.Dispose();
    }

    /// <summary>A connection of the caller's own, for who reads so long that others would wait for one of the pool's.</summary>
    public Database Open()
    {
        var database = Database.Open(file, readOnly: true);
        database.Execute("PRAGMA cache_size = -4000; PRAGMA query_only = 1; PRAGMA temp_store = MEMORY");
        return database;
    }

    private void Return(Database database)
    {
        _idle.Add(database);
        _free.Release();
    }

    /// <summary>A borrowed connection.</summary>
    internal readonly struct Lease(ReaderPool pool, Database database) : IDisposable
    {
        public Database Database => database;

        public void Dispose() => pool.Return(database);
    }
}
