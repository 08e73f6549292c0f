using Branchline.Client.Replica;
using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Client.Outgoing;

/// <summary>
/// The mutations of this device that the node has not answered, in the file and in memory. Numbers, stamps, receipts and entries change in
/// one transaction, and memory follows on the writer's thread.
/// </summary>
internal sealed class Outbox
{
    private readonly StoreFile _store;
    private readonly LocalReplica _replica;
    private readonly Clock _clock;
    private readonly ClientOptions _options;

    // Written on the store's writer's thread, read by everybody; under the gate.
    private readonly Lock _gate = new();
    private List<OutboxEntry> _open;
    private DeviceRecord _device;
    private string? _answeredEpoch;
    private long _lastAnswered;
    private LastWord? _word;
    private IReadOnlyList<DeviceId> _formers;
    private int _answered;
    private int _rejected;

    public Outbox(StoreFile store, Database database, LocalReplica replica, Clock clock, ClientOptions options, List<OutboxEntry> open)
    {
        _store = store;
        _replica = replica;
        _clock = clock;
        _options = options;
        _open = open;
        _answered = CountAnswered(open);
        _device = DeviceRecord.Get(database);
        _answeredEpoch = KeptValues.Find(database, KeptValues.AnsweredEpoch);
        _lastAnswered = OutboxEntry.LastAnswered(database, _device.Life);
        _rejected = TrayTable.Load(database).Count;
        _word = KeptWord.Find(database);
        _formers = KeptWord.Formers(database);
    }

    /// <summary>Something was saved, answered or refused. Told on the store's writer's thread, so it only sets signals.</summary>
    public event Action? Changed;

    /// <summary>A mutation was applied but for fields that kept a newer value.</summary>
    public event Action<MergedMutation>? Merged;

    public DeviceRecord Device
    {
        get
        {
            lock (_gate)
            {
                return _device;
            }
        }
    }

    /// <summary>The highest number that the node has answered for under this device id.</summary>
    public long LastAnswered
    {
        get
        {
            lock (_gate)
            {
                return _lastAnswered;
            }
        }
    }

    /// <summary>Whether the node's log is in another life than when it answered for what is kept here: then it may have lost that.</summary>
    public bool IsFromBefore(string epoch)
    {
        lock (_gate)
        {
            return _answeredEpoch is not null && _answeredEpoch != epoch;
        }
    }

    /// <summary>How far head office's word was heard, and under which ids before; brought to the node with every question.</summary>
    public (Cursor? Heard, IReadOnlyList<DeviceId>? Formers) Listening
    {
        get
        {
            lock (_gate)
            {
                return (_word?.Heard, _formers.Count == 0 ? null : _formers);
            }
        }
    }

    /// <summary>How many the node has answered for that head office has not.</summary>
    public long Provisional
    {
        get
        {
            lock (_gate)
            {
                return _word is null ? 0 : Math.Max(0, _lastAnswered - _word.N);
            }
        }
    }

    public int Rejected
    {
        get
        {
            lock (_gate)
            {
                return _rejected;
            }
        }
    }

    /// <summary>Everything that waits or was answered and not read, oldest first.</summary>
    public IReadOnlyList<OutboxEntry> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _open];
            }
        }
    }

    public (int Count, DateTimeOffset? OldestAt) Waiting
    {
        get
        {
            lock (_gate)
            {
                return (_open.Count - _answered, _open.Find(entry => entry.State == OutboxState.Waiting)?.QueuedAt);
            }
        }
    }

    /// <summary>The oldest that wait after a place.</summary>
    public Batch NextBatch(long afterPlace, int size)
    {
        lock (_gate)
        {
            return new Batch(_device, [.. _open.Where(entry => entry.State == OutboxState.Waiting && entry.Place > afterPlace).Take(size)]);
        }
    }

    /// <summary>Saves a mutation. Answers when it is on the disk: until then nothing has happened.</summary>
    public async Task<SavedMutation> SaveAsync(DraftContent draft, Guid? replaces, CancellationToken cancellationToken)
    {
        var saved = await _store.WriteAsync(database => Save(database, draft, replaces), Added, isDurable: true, cancellationToken).ConfigureAwait(false);
        return new SavedMutation(saved.Entry.Mutation.Id, saved.Receipts);
    }

    /// <summary>
    /// Takes the answered mutations off, the rejected ones to the tray. <paramref name="isRead"/>: their changes have been read; else they
    /// stay on the rows until the next pull. An answer that a power cut loses is given again in the same words, so it need not wait for
    /// the disk.
    /// </summary>
    public Task SettleAsync(Batch batch, PushReply reply, bool isRead, string? incarnation, CancellationToken cancellationToken)
    {
        var settlement = Settlement.Of(batch, reply, isRead, incarnation);
        return _store.WriteAsync(
            database =>
            {
                settlement.Write(database, _clock.Raw, _options.SentKept);
                _clock.Keep(database);
                _replica.RemoveUnclaimed(database, settlement.Removed);
                return true;
            },
            (database, _) => Settled(database, batch, settlement),
            isDurable: false,
            cancellationToken);
    }

    /// <summary>Puts a mutation the node cannot even read into the tray, so that those behind it go on.</summary>
    public Task ParkAsync(OutboxEntry entry, string code, string reason, CancellationToken cancellationToken)
    {
        var outcome = new MutationOutcome.Rejected(code, reason) { N = entry.Mutation.N, Id = entry.Mutation.Id };
        var batch = new Batch(Device, [entry]);

        // The node has not used the number up, so what waits behind is numbered anew.
        return SettleAsync(batch, new PushReply(string.Empty, string.Empty, [outcome], _clock.Now), isRead: true, null, cancellationToken);
    }

    /// <summary>Takes head office's word over: what it refused after the branch had applied it goes to the tray. Null: the node has it itself.</summary>
    public Task HearAsync(LastWord? word, long life, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (word?.N == _word?.N && word?.Heard == _word?.Heard)
            {
                return Task.CompletedTask;
            }
        }

        return _store.WriteAsync(
            database => KeptWord.Keep(database, word, life, _clock.Raw),
            (database, heard) =>
            {
                lock (_gate)
                {
                    _word = heard;
                }

                CountTray(database);
            },
            isDurable: word?.Refused.Count > 0,
            cancellationToken);
    }

    /// <summary>Answered mutations whose changes have been read lie on the rows no longer.</summary>
    public Task ForgetAsync(IReadOnlyList<OutboxEntry> answered, CancellationToken cancellationToken) => answered.Count == 0
        ? Task.CompletedTask
        : _store.WriteAsync(
            database =>
            {
                // A new device id may have put some back to be sent again meanwhile; what waits stays.
                var read = answered.Where(entry => OutboxEntry.IsAnswered(database, entry.Place)).ToList();
                foreach (var entry in read)
                {
                    OutboxEntry.SetState(database, entry.Place, OutboxState.Sent);
                }

                _replica.RemoveUnclaimed(database, read);
                return read;
            },
            Removed,
            isDurable: false,
            cancellationToken);

    /// <summary>
    /// Becomes another device: what waits is numbered from 1 again under the same mutation ids. <paramref name="isRestored"/>: the node was
    /// put back to an older copy; all that it has answered for and this file still has waits again, too.
    /// </summary>
    public Task BecomeNewDeviceAsync(bool isRestored, CancellationToken cancellationToken) => _store.WriteAsync(
        database => BecomeNewDevice(database, isRestored), Renewed, isDurable: true, cancellationToken);

    public Task<bool> DiscardAsync(Guid id, CancellationToken cancellationToken) => _store.WriteAsync(
        database =>
        {
            TrayTable.Remove(database, id);
            return true;
        },
        (database, _) => CountTray(database),
        isDurable: true,
        cancellationToken);

    public ValueTask<List<RejectedMutation>> TrayAsync(CancellationToken cancellationToken) => _store.ReadAsync(TrayTable.Load, cancellationToken);

    private (OutboxEntry Entry, IReadOnlyDictionary<string, string> Receipts, DeviceRecord Device) Save(
        Database database, DraftContent draft, Guid? replaces)
    {
        var known = DeviceRecord.Get(database);
        var (ms, counter) = _clock.Next((known.ClockMs, known.ClockCounter), OutboxEntry.IsLastUnsent(database));
        var device = known with { N = known.N + 1, ClockMs = ms, ClockCounter = counter };
        var writes = Receipts.Fill(database, draft);
        var mutation = new Mutation(
            device.Id, device.N, _options.NewId(_clock.Now), new Stamp(ms, counter, device.Id), _replica.Base, writes);
        var entry = OutboxEntry.Add(database, mutation, device.Life, _clock.Raw);
        device.Save(database);
        if (replaces is { } rejected)
        {
            TrayTable.Remove(database, rejected);
        }

        return (entry, Receipts.Given(database, draft), device);
    }

    private void Added(Database database, (OutboxEntry Entry, IReadOnlyDictionary<string, string> Receipts, DeviceRecord Device) saved)
    {
        lock (_gate)
        {
            _open.Add(saved.Entry);
            _device = saved.Device;
        }

        _replica.Lay(database, saved.Entry);
        CountTray(database);
    }

    private void Settled(Database database, Batch batch, Settlement settlement)
    {
        lock (_gate)
        {
            if (_device.Life == batch.Device.Life)
            {
                _device = _device with { Incarnation = settlement.Incarnation ?? _device.Incarnation };
                _lastAnswered = Math.Max(_lastAnswered, settlement.LastAnswered);
            }

            _answeredEpoch ??= settlement.Epoch;

            var answered = settlement.Answered.Select(entry => entry.Place).ToHashSet();
            if (answered.Count > 0)
            {
                _open = [.. _open.Select(entry => answered.Contains(entry.Place) ? entry with { State = OutboxState.Answered } : entry)];
                _answered = CountAnswered(_open);
            }
        }

        Removed(database, settlement.Removed);
        foreach (var merged in settlement.Merged)
        {
            Merged?.Invoke(merged);
        }
    }

    private void Removed(Database database, IReadOnlyCollection<OutboxEntry> removed)
    {
        var places = removed.Select(entry => entry.Place).ToHashSet();
        lock (_gate)
        {
            _open.RemoveAll(entry => places.Contains(entry.Place));
            _answered = CountAnswered(_open);
        }

        _replica.Lift(database, removed);
        CountTray(database);
    }

    private (DeviceRecord Device, List<OutboxEntry> Open) BecomeNewDevice(Database database, bool isRestored)
    {
        var known = DeviceRecord.Get(database);

        // What was answered and has not come back may have been lost with the node's newer state; sent again it is known by its id.
        database.Prepare("UPDATE outbox SET state = 0 WHERE state = 1").Run();
        if (isRestored)
        {
            // The node's last number says nothing of what is lost: a copy of this file may have used the same ones. The ids prevent doubles.
            database.Prepare("UPDATE outbox SET state = 0 WHERE state = 2").Run();
            KeptValues.Remove(database, KeptValues.AnsweredEpoch);
        }

        var device = known with { Id = NewDeviceId(), Life = known.Life + 1, N = 0, Incarnation = null };
        var open = new List<OutboxEntry>();
        foreach (var entry in OutboxEntry.LoadOpen(database))
        {
            var next = entry;
            if (entry.State == OutboxState.Waiting)
            {
                device = device with { N = device.N + 1 };
                next = entry.Renumbered(device);
                next.Save(database);
            }

            open.Add(next);
        }

        device.Save(database);
        KeptWord.Renew(database, known.Id);
        return (device, open);
    }

    private void Renewed(Database database, (DeviceRecord Device, List<OutboxEntry> Open) renewed)
    {
        lock (_gate)
        {
            _device = renewed.Device;
            _open = renewed.Open;
            _answered = CountAnswered(_open);
            _answeredEpoch = KeptValues.Find(database, KeptValues.AnsweredEpoch);
            _lastAnswered = 0;
            (_word, _formers) = (KeptWord.Find(database), KeptWord.Formers(database));
        }

        _replica.LayAnew(renewed.Open);
        Changed?.Invoke();
    }

    private DeviceId NewDeviceId() => new(_options.NewId(_clock.Now).ToString());

    private void CountTray(Database database)
    {
        var statement = database.Prepare("SELECT count(*) FROM tray");
        statement.Step();
        lock (_gate)
        {
            _rejected = (int)statement.Integer(0);
        }

        statement.Reset();
        Changed?.Invoke();
    }

    private static int CountAnswered(List<OutboxEntry> open) => open.Count(entry => entry.State == OutboxState.Answered);
}

/// <summary>What is sent together, and as which device.</summary>
internal sealed record Batch(DeviceRecord Device, IReadOnlyList<OutboxEntry> Entries);
