using System.Threading.Channels;

namespace Branchline.Client.Store;

/// <summary>
/// The file: one writer that takes everything queued into one transaction, and a few readers beside it. A job is answered when it is
/// committed and memory has followed.
/// </summary>
internal sealed class StoreFile : IAsyncDisposable
{
    private const int MostQueued = 1024;
    private const int MostTogether = 256;

    private readonly FileStream _lock;
    private readonly Database _writer;
    private readonly ReaderPool _readers;
    private readonly Task _loop;
    private readonly Channel<StoreJob> _jobs = Channel.CreateBounded<StoreJob>(
        new BoundedChannelOptions(MostQueued) { SingleReader = true });

    // Only the writer's thread looks at it.
    private bool _isDurable;

    private StoreFile(string path, FileStream heldLock, Database writer, ReaderPool readers)
    {
        Path = path;
        _lock = heldLock;
        _writer = writer;
        _readers = readers;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Opens the file, and makes it when it is not there. Throws <see cref="StoreUnavailableException"/>.</summary>
    public static StoreFile Open(string path)
    {
        var held = Hold(path);
        Database? writer = null;
        try
        {
            writer = Database.Open(path, readOnly: false);
            StoreLayout.Prepare(writer);
            return new StoreFile(path, held, writer, new ReaderPool(path));
        }
        catch (SqliteFailure failure)
        {
            writer?.Dispose();
            held.Dispose();
            throw Unavailable(failure);
        }
        catch
        {
            writer?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Reads what memory is made of, and writes what a fresh file needs; before anything else is asked for.</summary>
    public T Load<T>(Func<Database, T> load) => load(_writer);

    /// <summary>Writes, and answers when it is committed; <paramref name="committed"/> runs before anybody is answered.</summary>
    public Task<T> WriteAsync<T>(
        Func<Database, T> write, Action<Database, T>? committed, bool isDurable, CancellationToken cancellationToken) =>
        RunAsync(new StoreJob<T>(write, committed, isDurable), cancellationToken);

    /// <summary>The same for what begins and ends a transaction of its own, because it does something that none may be open for.</summary>
    public Task<bool> WriteAloneAsync(Action<Database> write, Action committed, CancellationToken cancellationToken) => RunAsync(
        new StoreJob<bool>(
            database =>
            {
                write(database);
                return true;
            },
            (_, _) => committed(), isDurable: false, isAlone: true),
        cancellationToken);

    private async Task<T> RunAsync<T>(StoreJob<T> job, CancellationToken cancellationToken)
    {
        try
        {
            await _jobs.Writer.WriteAsync(job, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(BranchlineClient));
        }

        // Once queued it runs, so its answer is the truth, whatever the caller has given up.
        return await job.Done.ConfigureAwait(false);
    }

    /// <summary>Reads what is committed.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<Database, T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await _readers.ReadAsync(read, cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteFailure failure) when (failure.IsUnavailable)
        {
            throw Unavailable(failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        await _readers.DisposeAsync().ConfigureAwait(false);
        _writer.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var together = new List<StoreJob>(MostTogether);
        while (await _jobs.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_jobs.Reader.TryPeek(out var next) && FitsWith(next, together) && _jobs.Reader.TryRead(out var job))
            {
                together.Add(job);
            }

            Commit(together);
            together.Clear();
        }
    }

    private static bool FitsWith(StoreJob next, List<StoreJob> together) =>
        together.Count == 0 || (together.Count < MostTogether && !next.IsAlone && !together[0].IsAlone);

    /// <summary>When one of several jobs fails, each runs by itself: it must not take the others with it.</summary>
    private void Commit(List<StoreJob> together)
    {
        if (together.Count > 1 && TryRun(together) is null)
        {
            return;
        }

        foreach (var job in together)
        {
            if (TryRun([job]) is { } failure)
            {
                job.Fail(failure is SqliteFailure { IsUnavailable: true } unavailable ? Unavailable(unavailable) : failure);
            }
        }
    }

    // The edge at which what a job throws becomes its caller's.
    private Exception? TryRun(IReadOnlyList<StoreJob> jobs)
    {
        try
        {
            SetDurable(jobs.Any(job => job.IsDurable));
            Run(jobs);
        }
        catch (Exception failure)
        {
            return failure;
        }

        foreach (var job in jobs)
        {
            Follow(job);
        }

        return null;
    }

    private void Run(IReadOnlyList<StoreJob> jobs)
    {
        if (jobs[0].IsAlone)
        {
            jobs[0].Write(_writer);
            return;
        }

        _writer.Prepare("BEGIN IMMEDIATE").Run();
        try
        {
            foreach (var job in jobs)
            {
                job.Write(_writer);
            }

            _writer.Prepare("COMMIT").Run();
        }
        catch
        {
            if (!_writer.IsIdle)
            {
                _writer.Execute("ROLLBACK");
            }

            throw;
        }
    }

    private void Follow(StoreJob job)
    {
        try
        {
            job.Committed(_writer);
            job.Answer();
        }
        catch (Exception failure)
        {
            job.Fail(failure);
        }
    }

    /// <summary>Rows can be read from the node again, an outbox cannot: only what may not be lost waits for the disk.</summary>
    private void SetDurable(bool isDurable)
    {
        if (_isDurable != isDurable)
        {
            _writer.Execute(isDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _isDurable = isDurable;
        }
    }

    private static FileStream Hold(string path)
    {
        try
        {
            if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) is { } directory)
            {
                Directory.CreateDirectory(directory);
            }

            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"{path} cannot be opened; is another client using it? {failure.Message}", failure);
        }
    }

    private static StoreUnavailableException Unavailable(SqliteFailure failure) =>
        new($"The store cannot be used: {failure.Message}", failure);
}
