using Branchline.Client.Live;
using Branchline.Client.Outgoing;
using Branchline.Client.Replica;
using Branchline.Client.Store;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client;

/// <summary>
/// The device end for .NET: rows to read at once, mutations that survive everything, and a node that is kept in step while it can be
/// reached. Safe to use from several threads.
/// </summary>
public sealed class BranchlineClient : IAsyncDisposable
{
    private readonly ClientOptions _options;
    private readonly Clock _clock;
    private readonly StoreFile _store;
    private readonly LocalReplica _replica;
    private readonly Outbox _outbox;
    private readonly DraftChecks _checks;
    private readonly NodeClient _node;
    private readonly SyncLoop _loop;
    private int _isDisposed;

    private BranchlineClient(Uri url, Credentials credentials, StoreFile store, ClientOptions options)
    {
        _options = options;
        _clock = new Clock(options.Time);
        _store = store;
        var (replica, outbox) = store.Load(database => OpenDevice(database, store, _clock, options));
        _replica = replica;
        _checks = new DraftChecks(replica, _clock);
        _outbox = outbox;
        _node = new NodeClient(url, credentials, options);
        _loop = new SyncLoop(store, replica, outbox, _node, (_clock, options));
        Outbox = new OutboxView(outbox, SaveAsync);
    }

    /// <summary>What waits to be sent, and what was refused.</summary>
    public OutboxView Outbox { get; }

    /// <summary>How the client stands with its node.</summary>
    public ConnectionState State => _loop.State.Current;

    /// <summary>What the node declares; null before it was read for the first time.</summary>
    public BusinessSchema? Schema => _replica.Schema;

    /// <summary>This file's id as a device. It changes when the node finds that another device uses it.</summary>
    public DeviceId Device => _outbox.Device.Id;

    /// <summary>True once all that the person may see has been read at least once, now or before: empty lists are then really empty.</summary>
    public bool IsLoaded => _replica.IsLoaded;

    /// <summary>How often this client's rows were others than the node's since it was opened, and how many were put right.</summary>
    public ReplicaChecks Checks => _loop.Checks;

    /// <inheritdoc cref="ConnectAsync(Uri, Credentials, ClientStore, ClientOptions, CancellationToken)"/>
    public static Task<BranchlineClient> ConnectAsync(
        Uri url, Credentials credentials, ClientStore store, CancellationToken cancellationToken = default) =>
        ConnectAsync(url, credentials, store, new ClientOptions(), cancellationToken);

    /// <summary>
    /// Opens the store and shows what it holds; then connects in the background, and again whenever the line is lost. Works with no
    /// network. Throws <see cref="StoreUnavailableException"/> when the file cannot be opened.
    /// </summary>
    public static async Task<BranchlineClient> ConnectAsync(
        Uri url, Credentials credentials, ClientStore store, ClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        var file = await Task.Run(() => StoreFile.Open(store.Path), cancellationToken).ConfigureAwait(false);
        try
        {
            return new BranchlineClient(url, credentials, file, options);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A new row's id: a UUIDv7 of the node's time.</summary>
    public Guid NewId() => _options.NewId(_clock.Now);

    /// <summary>The rows of one table as <typeparamref name="T"/>, whose properties are the fields: <c>CategoryId</c> is <c>category_id</c>.</summary>
    public Table<T> Table<T>(string name)
        where T : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new Table<T>(name, _replica, this);
    }

    /// <summary>
    /// Saves what <paramref name="write"/> writes as one mutation: all of it or nothing, here and on the node. Done when it is on this
    /// device's disk; it is sent as soon as it can be. Throws <see cref="ArgumentException"/> when nothing is written,
    /// <see cref="CheckException"/> when a declared rule refuses it, with or without a network, and
    /// <see cref="StoreUnavailableException"/> when the disk does; then nothing is saved, and no receipt number is used up.
    /// </summary>
    public async Task<SavedMutation> MutateAsync(Action<MutationDraft> write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        var draft = new MutationDraft();
        write(draft);
        var content = await draft.FinishAsync(_replica, cancellationToken).ConfigureAwait(false);
        return await SaveAsync(content, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Every change of what this device sees, in order, whoever made it, from this call on. Ends when the client is disposed of. For the
    /// rows of one table as a type: <see cref="Table{T}.ChangesAsync"/>.
    /// </summary>
    public IAsyncEnumerable<RowChange<object>> ChangesAsync(CancellationToken cancellationToken = default) =>
        _replica.Changes.Listen(null, cancellationToken).Select(change =>
            new RowChange<object>(change.Kind, change.Table, change.Id, change.Row?.Fields, change.IsPending, change.Seq));

    /// <summary>The state as it is, and as it becomes. Ends when the client is disposed of.</summary>
    public IAsyncEnumerable<ConnectionState> StatesAsync(CancellationToken cancellationToken = default) => _loop.State.WatchAsync(cancellationToken);

    /// <summary>
    /// Done when all that the person may see has been read at least once. Throws <see cref="ObjectDisposedException"/> when the client is
    /// disposed of before.
    /// </summary>
    public Task WhenLoadedAsync(CancellationToken cancellationToken = default) => _replica.WhenLoaded.WaitAsync(cancellationToken);

    /// <summary>
    /// One round trip: what waits has been answered for, and all that the node had committed before has been read. False when there is no
    /// live connection; then nothing was waited for but a try to get one.
    /// </summary>
    public async Task<bool> SyncAsync(CancellationToken cancellationToken = default)
    {
        if (_loop.Live is not { } socket)
        {
            _loop.Nudge();
            return false;
        }

        if (Outbox.Waiting > 0)
        {
            await Outbox.WhenSentAsync(cancellationToken).ConfigureAwait(false);
        }

        return await socket.PingAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Something says that the network may be back: the client tries at once instead of when its pause is over.</summary>
    public void Nudge() => _loop.Nudge();

    /// <summary>Ends the connection and closes the file. What waits, waits on disk. A second time nothing happens.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _loop.DisposeAsync().ConfigureAwait(false);
        Outbox.Complete();
        _replica.Complete();
        _node.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
    }

    internal async Task<SavedMutation> SaveAsync(DraftContent draft, Guid? replaces, CancellationToken cancellationToken)
    {
        var content = await _checks.CheckAsync(draft, cancellationToken).ConfigureAwait(false);
        return await _outbox.SaveAsync(content, replaces, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the file a device where it is none yet, and takes from it what is kept in memory.</summary>
    internal static (LocalReplica Replica, Outbox Outbox) OpenDevice(Database database, StoreFile store, Clock clock, ClientOptions options)
    {
        clock.Continue(database);
        if (DeviceRecord.Find(database) is null)
        {
            new DeviceRecord(new DeviceId(options.NewId(clock.Now).ToString()), 1, 0, null, 0, 0).Save(database);
        }

        var open = OutboxEntry.LoadOpen(database);
        var replica = new LocalReplica(store, database, open, (clock, new ChangeStream(options.ChangesKept)));
        return (replica, new Outbox(store, database, replica, clock, options, open));
    }
}
