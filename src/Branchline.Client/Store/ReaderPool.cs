using System.Collections.Concurrent;

namespace Branchline.Client.Store;

/// <summary>A few read-only connections, each used by one reader at a time.</summary>
internal sealed class ReaderPool(string path) : IAsyncDisposable
{
    private const int MostReaders = 4;
    private readonly SemaphoreSlim _free = new(MostReaders);
    private readonly ConcurrentBag<Database> _idle = [];

    public async ValueTask<T> ReadAsync<T>(Func<Database, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_idle.TryTake(out var database))
            {
                database = Database.Open(path, readOnly: true);
            }

            try
            {
                return read(database);
            }
            finally
            {
                _idle.Add(database);
            }
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for who is still reading.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var reader = 0; reader < MostReaders; reader++)
        {
            await _free.WaitAsync().ConfigureAwait(false);
        }

        foreach (var database in _idle)
        {
            database.Dispose();
        }

        // Who comes later must not wait for ever: it finds the pool gone.
        _free.Dispose();
    }
}
