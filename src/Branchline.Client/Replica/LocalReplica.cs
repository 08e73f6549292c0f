using System.Collections.Immutable;
using System.Text;
using Branchline.Client.Outgoing;
using Branchline.Client.Store;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>
/// The device's rows: what the node confirmed, in the file, and the outbox laid on top, in memory. Memory is changed on the store's
/// writer's thread only, after each commit.
/// </summary>
internal sealed class LocalReplica
{
    private readonly StoreFile _store;
    private readonly Clock _clock;
    private readonly NameNumbers _tables;
    private readonly PageWriter _pages;
    private readonly ChunkWriter _chunks;
    private readonly CompareWriter _compared;
    private readonly ReadyFileTaker _ready;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Overlay _overlay;
    private volatile ScopeSums _sums;
    private volatile BusinessSchema? _schema;
    private volatile string? _role;
    private volatile ImmutableDictionary<string, ScopeState> _scopes;

    public LocalReplica(StoreFile store, Database database, IReadOnlyList<OutboxEntry> open, (Clock Clock, ChangeStream Changes) with)
    {
        _store = store;
        (_clock, Changes) = with;
        _tables = new NameNumbers(database);
        _pages = new PageWriter(_tables);
        _chunks = new ChunkWriter(_tables);
        _compared = new CompareWriter(_tables);
        Ranges = new RangeReader(store, _tables);
        _ready = new ReadyFileTaker(_tables);
        _schema = KeptValues.Find(database, KeptValues.Schema) is { } json ? SchemaJson.Parse(Encoding.UTF8.GetBytes(json)) : null;
        _sums = new ScopeSums(_schema);
        _role = KeptValues.Find(database, KeptValues.Role);
        _scopes = ScopeState.Load(database).ToImmutableDictionary(scope => scope.Name);
        _overlay = Overlay.Of(open, _schema);
        NoteLoaded();
    }

    public ChangeStream Changes { get; }

    /// <summary>What the rows come to.</summary>
    public RangeReader Ranges { get; }

    public BusinessSchema? Schema => _schema;

    /// <summary>The role of the person whose file it is, as the node last said; null before it did.</summary>
    public string? Role => _role;

    public IReadOnlyDictionary<string, ScopeState> Scopes => _scopes;

    /// <summary>True when every scope that is known of has been read to its end at least once.</summary>
    public bool IsLoaded => _schema is not null && !_scopes.IsEmpty && _scopes.Values.All(scope => scope.Cursor is not null);

    /// <summary>Done when it is loaded for the first time; fails when the client is disposed of before.</summary>
    public Task WhenLoaded => _loaded.Task;

    /// <summary>The furthest cursor held: what a mutation made at this moment knew.</summary>
    public Cursor? Base => _scopes.Values.Select(scope => scope.Cursor).Where(cursor => cursor is not null).MaxBy(cursor => cursor!.Value.Seq);

    public ValueTask<LocalRow?> FindAsync(RowKey key, CancellationToken cancellationToken)
    {
        var overlay = _overlay;
        return _store.ReadAsync(database => overlay.RowOf(key, Stored(database, key), _schema), cancellationToken);
    }

    /// <summary>The table's rows that the query names.</summary>
    public async Task<List<LocalRow>> ListAsync(string table, Query query, CancellationToken cancellationToken)
    {
        var overlay = _overlay;
        var schema = _schema;
        var plan = QueryPlan.Of(query, schema?.Tables.GetValueOrDefault(table), overlay.HasSumsOf(table));
        var pending = overlay.IdsOf(table);

        // A whole table may take a while: not on the caller's thread, which may be a screen's.
        var reading = Task.Run(
            () => _store.ReadAsync(database => RowTable.ListWith(database, _tables.Find(table), plan, pending), cancellationToken).AsTask(), cancellationToken);
        var rows = await reading.ConfigureAwait(false);
        return plan.Finish(rows.Select(row => overlay.RowOf(new RowKey(table, row.Id), row.Row, schema)).OfType<LocalRow>());
    }

    /// <summary>Takes a page and the cursor that covers it, in one transaction.</summary>
    public Task<bool> TakePageAsync(ScopeState scope, FeedPage page, DeviceRecord device, CancellationToken cancellationToken)
    {
        var after = scope with { Cursor = page.To, Snapshot = null, Next = null };
        return WriteAsync(
            database =>
            {
                var steps = _sums.Begin();
                var touched = _pages.Write(database, page, scope, (device.Id, device.Life), steps);
                after.Save(database);
                _clock.Keep(database);
                return (Rows: touched, Steps: steps);
            },
            (database, touched) =>
            {
                Keep(after);
                _sums.Add(touched.Steps);
                Tell(database, touched.Rows);
            },
            cancellationToken);
    }

    /// <summary>Takes a snapshot's chunk and how far it came. With the last one, what it did not confirm goes.</summary>
    public Task<bool> TakeChunkAsync(
        ScopeState scope, ChunkHead head, ReadOnlyMemory<byte> json, (long Life, long N) mine, CancellationToken cancellationToken)
    {
        var after = head.Next is null
            ? scope with { Cursor = head.Cursor, Snapshot = null, Next = null, Old = OldRows.None }
            : scope with { Cursor = null, Snapshot = head.Cursor, Next = head.Next };
        return WriteAsync(
            database =>
            {
                _chunks.Write(database, json.Span, (scope.No, head.Cursor.Seq), mine);
                if (head.Next is null && scope.Old != OldRows.None)
                {
                    RowTable.RemoveOld(database, scope.No, head.Cursor.Seq);
                }

                after.Save(database);
                _clock.Keep(database);
                return true;
            },
            (_, _) =>
            {
                Keep(after);
                _sums.Forget();
                if (head.Next is null)
                {
                    Changes.TellReset();
                }
            },
            cancellationToken);
    }

    /// <summary>
    /// Takes a ready file, so many rows a transaction, so that whoever saves meanwhile does not wait for all of them. The cursors come with the last;
    /// broken off before, the rows count as old until a file or a snapshot confirms them.
    /// </summary>
    public async Task TakeReadyAsync(ReadyFileHead head, (long Life, long N) mine, int rows, CancellationToken cancellationToken)
    {
        ScopeState[] before = [.. head.Cursors.Keys.Select(name => _scopes[name])];
        for (var after = 0L; ; after += rows)
        {
            var piece = new ReadyPiece(after, after + rows, after + rows >= head.Rows);
            await _store.WriteAloneAsync(
                database => _ready.Write(database, (head, piece), mine, before, _clock),
                () => Keep(before.Select(scope => piece.After(scope, head))), cancellationToken).ConfigureAwait(false);
            if (piece.IsLast)
            {
                Changes.TellReset();
                return;
            }
        }
    }

    /// <summary>Notes that the scope is held and not read: the device is not loaded before it is.</summary>
    public Task<bool> AwaitScopeAsync(string name, CancellationToken cancellationToken)
    {
        var number = _scopes.Values.Select(scope => scope.No).DefaultIfEmpty().Max() + 1;
        return KeepAsync(new ScopeState(number, name, null, null, null, OldRows.None), _ => { }, cancellationToken);
    }

    /// <summary>Forgets how far a snapshot came.</summary>
    public Task<bool> RestartSnapshotAsync(ScopeState scope, CancellationToken cancellationToken) =>
        KeepAsync(scope with { Cursor = null, Snapshot = null, Next = null, Old = OldRows.Unconfirmed }, _ => { }, cancellationToken);

    /// <summary>
    /// Forgets how far the scope was read. Its rows stay until a snapshot confirms or drops them, or a comparison puts them right. Numbers of
    /// another life of the log say nothing, so then the rows of all scopes are marked.
    /// </summary>
    public Task<bool> ExpireAsync(ScopeState scope, string reason, CancellationToken cancellationToken)
    {
        var after = scope with { Cursor = null, Snapshot = null, Next = null, Old = OldRows.Unconfirmed };
        return reason == "expired" && scope.Cursor is not null
            ? KeepAsync(after with { Old = OldRows.Expired }, _ => { }, cancellationToken)
            : KeepAsync(after, database => RowTable.MarkOld(database, reason is "epoch_changed" or "ahead" ? null : scope.No), cancellationToken);
    }

    /// <summary>The scope's rows are right again as of this cursor, and it is read on from there.</summary>
    public Task<bool> ReadOnFromAsync(ScopeState scope, Cursor cursor, CancellationToken cancellationToken) =>
        KeepAsync(scope with { Cursor = cursor, Snapshot = null, Next = null, Old = OldRows.None }, _ => { }, cancellationToken);

    /// <summary>Whether the checksum is known without counting the file.</summary>
    public bool IsCounted(ScopeState scope) => _sums.Of(scope.No) is not null;

    /// <summary>The checksum of the scope's confirmed rows; null before the schema is known. The sync loop's only.</summary>
    public async ValueTask<ulong?> SumAsync(ScopeState scope, CancellationToken cancellationToken)
    {
        if (_schema is not { } schema || _sums.Of(scope.No) is { } known)
        {
            return _sums.Of(scope.No);
        }

        var counted = await Ranges.SumAsync(schema, scope, cancellationToken).ConfigureAwait(false);
        _sums.Keep(scope.No, counted);
        return counted;
    }

    /// <summary>The sums are counted anew when they are asked for.</summary>
    public void ForgetSums() => _sums.Forget();

    /// <summary>Takes over what a comparison found to differ; answers how many rows that were.</summary>
    public Task<int> TakeComparedAsync(
        ScopeState scope, CompareReply reply, (long Life, long N)? mine, CancellationToken cancellationToken) =>
        reply.Ranges.All(range => range.Part is null && range.Gone is null)
            ? Task.FromResult(0)
            : TakeDifferencesAsync(scope, reply, mine, cancellationToken);

    /// <summary>The scope is no longer held: its rows go, those with pending writes when these are answered.</summary>
    public Task<bool> RevokeAsync(ScopeState scope, CancellationToken cancellationToken) => WriteAsync(
        database =>
        {
            var claimed = from key in _overlay.Rows let table = _tables.Find(key.Table) where table is not null select (table.Value, key.Id);
            RowTable.Revoke(database, scope.No, claimed);
            scope.Remove(database);
            return true;
        },
        (_, _) =>
        {
            _scopes = _scopes.Remove(scope.Name);
            _sums.Forget();
            NoteLoaded();
            Changes.TellReset();
        },
        cancellationToken);

    public Task<bool> KeepSchemaAsync(ReadOnlyMemory<byte> json, Func<IReadOnlyList<OutboxEntry>> open, CancellationToken cancellationToken)
    {
        var schema = SchemaJson.Parse(json.Span);
        return WriteAsync(
            database =>
            {
                KeptValues.Save(database, KeptValues.Schema, Encoding.UTF8.GetString(json.Span));
                return true;
            },
            (_, _) =>
            {
                _schema = schema;
                _sums = new ScopeSums(schema);
                _overlay = Overlay.Of(open(), schema);
                NoteLoaded();
                Changes.TellReset();
            },
            cancellationToken);
    }

    /// <summary>Notes whose file it is, the first time, and their role. Answers whose it is.</summary>
    public Task<string> KeepPersonAsync(string user, string role, CancellationToken cancellationToken) => _store.WriteAsync(
        database =>
        {
            var owner = KeptValues.Find(database, KeptValues.User) ?? user;
            if (owner == user && KeptValues.Find(database, KeptValues.Role) != role)
            {
                KeptValues.Save(database, KeptValues.User, user);
                KeptValues.Save(database, KeptValues.Role, role);
            }

            return owner;
        },
        (_, owner) => _role = owner == user ? role : _role,
        isDurable: false,
        cancellationToken);

    public void Complete()
    {
        Changes.Complete();
        _loaded.TrySetException(new ObjectDisposedException(nameof(BranchlineClient)));

        // Nobody may have asked.
        _ = _loaded.Task.Exception;
    }

    /// <summary>A mutation was saved; on the writer's thread.</summary>
    public void Lay(Database database, OutboxEntry entry)
    {
        _overlay = _overlay.With(entry);
        Tell(database, entry.Mutation.Writes.Select(write => new TouchedRow(new RowKey(write.Table, write.Id), null, true)));
    }

    /// <summary>Mutations no longer lie on the rows; on the writer's thread.</summary>
    public void Lift(Database database, IReadOnlyCollection<OutboxEntry> entries)
    {
        if (entries.Count > 0)
        {
            _overlay = _overlay.Without(entries);
            Tell(database, entries.SelectMany(entry => entry.Mutation.Writes).Select(write => new TouchedRow(new RowKey(write.Table, write.Id), null, true)));
        }
    }

    /// <summary>Other mutations lie on the rows than before; on the writer's thread.</summary>
    public void LayAnew(IEnumerable<OutboxEntry> open)
    {
        _overlay = Overlay.Of(open, _schema);
        Changes.TellReset();
    }

    /// <summary>Rows of a revoked scope whose writes are all answered go; within a transaction that answers some.</summary>
    public void RemoveUnclaimed(Database database, IReadOnlyCollection<OutboxEntry> answered)
    {
        var homeless = RowTable.Homeless(database);
        if (homeless.Count == 0)
        {
            return;
        }

        var claimed = _overlay.Without(answered).Rows.Select(key => (_tables.Find(key.Table) ?? 0, key.Id)).ToHashSet();
        foreach (var (table, id) in homeless.Where(row => !claimed.Contains(row)))
        {
            RowTable.Remove(database, table, id);
        }
    }

    private Task<bool> KeepAsync(ScopeState after, Action<Database> write, CancellationToken cancellationToken) => WriteAsync(
        database =>
        {
            write(database);
            after.Save(database);
            return true;
        },
        (_, _) => Keep(after),
        cancellationToken);

    private async Task<int> TakeDifferencesAsync(
        ScopeState scope, CompareReply reply, (long Life, long N)? mine, CancellationToken cancellationToken)
    {
        var touched = await _store.WriteAsync(
            database => _compared.Write(database, reply, scope, mine),
            (database, rows) =>
            {
                _sums.Forget();
                Tell(database, rows);
            },
            isDurable: false,
            cancellationToken).ConfigureAwait(false);
        return touched.Count;
    }

    private async Task<bool> WriteAsync<T>(Func<Database, T> write, Action<Database, T> committed, CancellationToken cancellationToken)
    {
        await _store.WriteAsync(write, committed, isDurable: false, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private void Keep(IEnumerable<ScopeState> scopes)
    {
        foreach (var scope in scopes)
        {
            Keep(scope);
        }

        _sums.Forget();
    }

    private void Keep(ScopeState scope)
    {
        _scopes = _scopes.SetItem(scope.Name, scope);
        NoteLoaded();
    }

    private void NoteLoaded()
    {
        if (!_loaded.Task.IsCompleted && IsLoaded)
        {
            _loaded.TrySetResult();
        }
    }

    private StoredRow? Stored(Database database, RowKey key) =>
        _tables.Find(key.Table) is { } table ? RowTable.Find(database, table, key.Id) : null;

    private void Tell(Database database, IEnumerable<TouchedRow> touched)
    {
        if (!Changes.HasListeners)
        {
            return;
        }

        foreach (var (key, seq, _) in touched)
        {
            var row = _overlay.RowOf(key, Stored(database, key), _schema);
            var kind = row is null ? RowChangeKind.Removed : RowChangeKind.Saved;
            Changes.Tell(new RowChange<LocalRow>(kind, key.Table, key.Id, row, row?.IsPending ?? false, seq));
        }
    }
}
