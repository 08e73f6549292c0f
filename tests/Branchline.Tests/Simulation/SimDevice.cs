using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Tests.Simulation;

/// <summary>
/// A device by the protocol: an outbox that is sent until it is answered, a replica of each scope it holds, both on its disk. It is asked to
/// do the next thing over and over; one question is on the way at a time.
/// <code>
/// something waits ─► push ─► answers ─► off the outbox, into the journal or the tray
/// nothing waits ───► pull ─► pages ──► replica;  reset ─► snapshot, chunk by chunk ─► replica
/// </code>
/// </summary>
internal sealed class SimDevice(World world, SimLine line, SimPerson person, SimDisk disk, Plant plant) : ISimDevice
{
    private const int MostPushed = 4;
    private const int MostAhead = 5 * 60 * 1000;
    private readonly SeededIds _ids = new(world, new WallClock(world));
    private readonly HashSet<Guid> _written = [];
    private readonly List<Guid> _made = [];
    private readonly Dictionary<string, long> _readTo = new(StringComparer.Ordinal);
    private long _offset;
    private int _life;
    private bool _isAsking;

    public string Name => disk.Id.Value;

    public SimPerson Person => person;

    public SimLine Line => line;

    public WallClock Clock { get; } = new(world);

    /// <summary>Told of each mutation that the node took.</summary>
    public required Action<Guid> OnAcknowledged { get; init; }

    public int Waiting => disk.Outbox.Count;

    public IReadOnlyDictionary<string, Dictionary<(string Table, Guid Id), Fields>> Base => disk.Base;

    public IReadOnlyList<(Mutation Mutation, string Code)> Tray => disk.Tray;

    public IEnumerable<Guid> LastMade => _made.TakeLast(5);

    public bool IsIdle => disk.Outbox.Count == 0 && disk.Unseen.Count == 0;

    /// <summary>The number up to which the node has answered.</summary>
    private long LastAnswered => (disk.Outbox.Count > 0 ? disk.Outbox[0].N : disk.NextN) - 1;

    public bool Sees(string table, Guid id) =>
        disk.Base.Values.Any(rows => rows.ContainsKey((table, id)))
        || disk.Outbox.Concat(disk.Unseen).Any(mutation => mutation.Writes.Any(write => write.Table == table && write.Id == id));

    public void Crash()
    {
        _life++;
        _isAsking = false;
    }

    public Mutation Write(params RowWrite[] writes)
    {
        var mutation = new Mutation(disk.Id, disk.NextN++, _ids.Next(), Stamp(), disk.Cursors.TryGetValue("everyone", out var known) ? known : null, writes);
        disk.Outbox.Add(mutation);
        _written.UnionWith(writes.Select(write => write.Id));
        _made.AddRange(writes.Where(write => write is { Table: "sales", Kind: WriteKind.Insert }).Select(write => write.Id));
        return mutation;
    }

    public ISimDevice Copy() => new SimDevice(world, line, person, disk.Copy(), plant) { OnAcknowledged = OnAcknowledged };

    public Guid NewId() => _ids.Next();

    public string NextReceipt() => $"{disk.Id.Value}-{++disk.Receipt}";

    public ValueTask DoNextAsync()
    {
        if (_isAsking)
        {
            return ValueTask.CompletedTask;
        }

        _isAsking = true;
        if (disk.Outbox.Count > 0 && world.Chance(0.8))
        {
            Push();
        }
        else
        {
            Pull(new Queue<string>(person.Scopes.Concat(disk.Cursors.Keys).Distinct().ToList()), [.. disk.Unseen]);
        }

        return ValueTask.CompletedTask;
    }

    private Stamp Stamp()
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds() + _offset;
        var (last, counter) = disk.Clock;
        disk.Clock = last > now + MostAhead || now > last ? (now, 0) : (last, counter + 1);
        return new Stamp(disk.Clock.Milliseconds, disk.Clock.Counter, disk.Id);
    }

    private void Ask<T>(Func<SimNode, ValueTask<T?>> serve, Func<T, ValueTask> onAnswer)
        where T : class
    {
        var life = _life;
        line.Ask(serve, () => _life == life, onAnswer, () =>
        {
            _isAsking = false;
            return ValueTask.CompletedTask;
        });
    }

    private void Push()
    {
        if (plant == Plant.LostReplyReapplied && world.Chance(0.3))
        {
            SendAsNew();
        }

        var sent = disk.Outbox.Take(MostPushed).ToList();
        var request = JsonSerializer.SerializeToUtf8Bytes(new PushRequest(disk.Incarnation, sent), ProtocolJson.Default.PushRequest);
        Ask(
            async node => await node.PushAsync(request, person) is { } answer ? new Answer<Server.Mutations.PushAnswer>(answer, node) : null,
            answer =>
            {
                Measure(answer.Time);
                Take(answer.What);
                if (answer.What.Refusal is null)
                {
                    Mind(answer.Epoch);
                    disk.AnsweredEpoch = answer.Epoch;
                }

                _isAsking = false;
                return ValueTask.CompletedTask;
            });
    }

    private void Take(Server.Mutations.PushAnswer answer)
    {
        if (answer.Refusal is { } refusal)
        {
            if (refusal.Code == ErrorCodes.DeviceCloned && plant == Plant.CloneNotNoticed)
            {
                disk.Journal.AddRange(disk.Outbox);
                disk.Outbox.Clear();
            }
            else if (refusal.Code is ErrorCodes.DeviceCloned or ErrorCodes.NumberGap)
            {
                BecomeAnother(resend: refusal.Code == ErrorCodes.NumberGap && plant != Plant.RestoreNotNoticed);
            }

            return;
        }

        disk.Incarnation = answer.Incarnation;
        foreach (var outcome in answer.Outcomes)
        {
            if (disk.Outbox.FirstOrDefault(mutation => mutation.Id == outcome.Id) is { } mutation)
            {
                Settle(mutation, outcome);
            }
        }
    }

    private void Settle(Mutation mutation, MutationOutcome outcome)
    {
        if (outcome is MutationOutcome.Rejected && plant == Plant.QueueBlocked)
        {
            return;
        }

        disk.Outbox.Remove(mutation);
        if (outcome is MutationOutcome.Rejected rejected)
        {
            disk.Tray.Add((mutation, rejected.Code));
            return;
        }

        disk.Journal.Add(mutation);
        OnAcknowledged(mutation.Id);
        if (plant != Plant.OwnWriteHidden)
        {
            disk.Unseen.Add(mutation);
        }
    }

    /// <summary>Another device has this id, or the node was restored and knows less: what is held is sent under a new one; its ids prevent doubles.</summary>
    private void BecomeAnother(bool resend)
    {
        disk.AnsweredEpoch = resend ? null : disk.AnsweredEpoch;
        disk.Id = new DeviceId($"{disk.Id.Value.Split("-x")[0]}-x{_ids.Next().ToString("N")[20..]}");
        var held = (resend ? disk.Journal : disk.Unseen).Concat(disk.Outbox).ToList();
        disk.Journal.RemoveAll(held.Contains);
        disk.Unseen.Clear();

        disk.Outbox.Clear();
        (disk.NextN, disk.Incarnation, disk.Receipt) = (1, null, 0);
        foreach (var mutation in held)
        {
            disk.Outbox.Add(mutation with { Device = disk.Id, N = disk.NextN++, At = mutation.At with { Device = disk.Id } });
        }
    }

    private void SendAsNew()
    {
        for (var index = 0; index < disk.Outbox.Count; index++)
        {
            var mutation = disk.Outbox[index];
            if (mutation.Writes.All(write => write.Kind == WriteKind.Insert))
            {
                var again = mutation with { Id = _ids.Next(), Writes = [.. mutation.Writes.Select(write => write with { Id = _ids.Next() })] };
                disk.Outbox[index] = again;
                _made.RemoveAll(id => mutation.Writes.Any(write => write.Id == id));
            }
        }

        BecomeAnother(resend: false);
    }

    private void Pull(Queue<string> scopes, List<Mutation> answered)
    {
        if (!scopes.TryDequeue(out var scope))
        {
            disk.Unseen.RemoveAll(answered.Contains);
            _isAsking = false;
            return;
        }

        var limit = 1 + world.Up(12);
        Ask(
            async node => new Answer<FeedPage>(await node.PullAsync(scope, disk.Cursors.TryGetValue(scope, out var known) ? known : null, limit, person), node)
            {
                LastN = await node.LastNumberAsync(disk.Id),
            },
            answer =>
            {
                Measure(answer.Time);
                if (answer.LastN < LastAnswered && plant != Plant.RestoreNotNoticed)
                {
                    BecomeAnother(resend: true);
                }

                Mind(answer.Epoch);
                return TakePage(answer.What, scopes, answered);
            });
    }

    private ValueTask TakePage(FeedPage page, Queue<string> scopes, List<Mutation> answered)
    {
        if (page.Revoked == true)
        {
            disk.Base.Remove(page.Scope);
            disk.Cursors.Remove(page.Scope);
        }
        else if (page.Reset is { } reset)
        {
            if (reset is "ahead" or "epoch_changed" && plant != Plant.RestoreNotNoticed)
            {
                BecomeAnother(resend: true);
            }

            Load(new SnapshotState(page.Scope, null, []), scopes, answered);
            return ValueTask.CompletedTask;
        }
        else if (disk.Cursors.TryGetValue(page.Scope, out var at) && at == page.From)
        {
            Apply(page);
            if (page.More == true)
            {
                scopes.Enqueue(page.Scope);
            }
        }

        Pull(scopes, answered);
        return ValueTask.CompletedTask;
    }

    private void Load(SnapshotState state, Queue<string> scopes, List<Mutation> answered)
    {
        var limit = 1 + world.Up(20);
        Ask(
            async node => await node.SnapshotAsync(state.Scope, state.Next, limit, person),
            chunk =>
            {
                if (state.Next is not null && chunk.Cursor != state.Cursor)
                {
                    _isAsking = false;      // another life of the log began meanwhile
                    return ValueTask.CompletedTask;
                }

                state.Take(chunk);
                if (chunk.Next is not null)
                {
                    Load(state with { Next = chunk.Next, Cursor = chunk.Cursor }, scopes, answered);
                    return ValueTask.CompletedTask;
                }

                disk.Base[state.Scope] = state.Rows;
                disk.Cursors[state.Scope] = chunk.Cursor;
                scopes.Enqueue(state.Scope);
                Pull(scopes, answered);
                return ValueTask.CompletedTask;
            });
    }

    /// <summary>A page is applied whole, with its cursor.</summary>
    private void Apply(FeedPage page)
    {
        var rows = disk.Base[page.Scope];
        var skipped = plant == Plant.GapPassed && page.Changes!.Count > 1 ? world.Up(page.Changes.Count * 3) : -1;
        var index = 0;
        foreach (var change in page.Changes!)
        {
            if (index++ != skipped && !IsOverlooked(change))
            {
                Apply(rows, change);
            }
        }

        disk.Cursors[page.Scope] = page.To!.Value;
    }

    private static void Apply(Dictionary<(string, Guid), Fields> rows, Change change)
    {
        var key = (change.Table, change.Id);
        switch (change.Kind)
        {
            case ChangeKind.Enter:
                rows[key] = new Fields(change.Fields!);
                break;
            case ChangeKind.Set when rows.TryGetValue(key, out var row):
                row.Merge(change.Fields!);
                break;
            case ChangeKind.Set:
                if (change.Fields!.ContainsKey("created_at"))
                {
                    rows[key] = new Fields(change.Fields);
                }

                break;
            default:
                rows.Remove(key);
                break;
        }
    }

    private bool IsOverlooked(Change change)
    {
        if (plant == Plant.WallClockCursor)
        {
            var last = _readTo.GetValueOrDefault(change.Table);
            _readTo[change.Table] = Math.Max(last, change.At.Milliseconds);
            return change.At.Milliseconds < last;
        }

        return (plant == Plant.LeaveForgotten && change.Kind == ChangeKind.Leave)
            || (plant == Plant.DeleteResurrected && change.Kind == ChangeKind.Delete && _written.Contains(change.Id));
    }

    /// <summary>The log is in another life than when what is held was answered: the node may have lost that.</summary>
    private void Mind(string epoch)
    {
        if (disk.AnsweredEpoch is { } known && known != epoch && plant != Plant.RestoreNotNoticed)
        {
            BecomeAnother(resend: true);
        }
    }

    private void Measure(DateTimeOffset nodeTime) =>
        _offset = nodeTime.ToUnixTimeMilliseconds() - Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What a node said, and when by its clock.</summary>
    private sealed record Answer<T>(T What, DateTimeOffset Time, string Epoch)
    {
        public Answer(T what, SimNode node)
            : this(what, node.Clock.GetUtcNow(), node.Epoch)
        {
        }

        public long LastN { get; init; }
    }
}
