namespace Branchline.Client.Store;

/// <summary>What the store's writer does in one transaction, possibly with others.</summary>
internal abstract class StoreJob
{
    /// <summary>Whether a power cut right after may not lose it.</summary>
    public abstract bool IsDurable { get; }

    /// <summary>It begins and ends its own transaction, so it runs by itself.</summary>
    public virtual bool IsAlone => false;

    /// <summary>Runs in the open transaction; runs again when another job of it failed, so it changes nothing but the file.</summary>
    public abstract void Write(Database database);

    /// <summary>Runs after the commit, on the writer's thread, in the order of the commits: here memory follows the file.</summary>
    public abstract void Committed(Database database);

    public abstract void Answer();

    public abstract void Fail(Exception failure);
}

/// <summary>A job with an answer.</summary>
internal sealed class StoreJob<T>(Func<Database, T> write, Action<Database, T>? committed, bool isDurable, bool isAlone = false) : StoreJob
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public override bool IsDurable => isDurable;

    public override bool IsAlone => isAlone;

    public Task<T> Done => _done.Task;

    public override void Write(Database database) => _result = write(database);

    public override void Committed(Database database) => committed?.Invoke(database, _result);

    public override void Answer() => _done.TrySetResult(_result);

    public override void Fail(Exception failure) => _done.TrySetException(failure);
}
