using System.Collections.Immutable;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations.Branches;

/// <summary>
/// A branch's own outcomes are provisional, head office's are final: this says which of a device's mutations are, and which were refused after they had
/// been applied here. Written in the transaction that takes a master's answers over; read on any thread.
/// </summary>
internal sealed class LastWords(SqliteStore store, UpBook up)
{
    private const int Most = 100;
    private static readonly ImmutableDictionary<string, long> None = ImmutableDictionary<string, long>.Empty;

    private readonly LastWordTables _tables = new(store);
    private readonly CaseTables _cases = new(store);

    /// <summary>Raised when more of these devices' mutations is final than before, or was refused. After the commit.</summary>
    public event Action<IReadOnlyCollection<string>>? Spoken;

    /// <summary>Raised when what was final is so no longer: a master was put back to an older copy.</summary>
    public event Action? TakenBack;

    /// <summary>Writes a refusal from further up down, for the device and the branch that wait for it and for the people here. Once for each mutation.</summary>
    public void Refuse(LateRefusal refusal) => Refuse(refusal, _tables.WayOf(refusal.Forwarded.Mutation.Device.Value, refusal.Forwarded.Mutation.N));

    /// <summary>The same of what came by a branch, or from a device of this node.</summary>
    public void Refuse(LateRefusal refusal, string? via)
    {
        if (refusal.Outcome is not MutationOutcome.Rejected rejected || !_tables.Refuse(refusal, via))
        {
            return;
        }

        var (mutation, user) = (refusal.Forwarded.Mutation, refusal.Forwarded.User);
        _cases.Keep(
            new TrayEntry(mutation.Id, mutation.Device.Value, mutation.N, user, rejected.Code, rejected.Reason, JsonSerializer.Serialize(mutation, ProtocolJson.Default.Mutation))
            {
                Table = rejected.Table,
                Field = rejected.Field,
                Remedy = rejected.Remedy,
            },
            TimestampConverter.Format(refusal.At));
    }

    /// <summary>Notes what waits above a master, null where nothing is above it; the devices of which it said otherwise before.</summary>
    public IReadOnlyCollection<string> Await(string master, IReadOnlyDictionary<string, long>? waiting)
    {
        var before = LastWordTables.Awaited(store.Writer, master);
        string[] otherwise = [.. before.Except(waiting ?? None).Concat((waiting ?? None).Except(before)).Select(one => one.Key).Distinct()];
        if (otherwise.Length > 0)
        {
            _tables.Await(master, waiting ?? None);
        }

        return otherwise;
    }

    /// <summary>Whether a master says otherwise than it said last.</summary>
    public async Task<bool> IsNewsAsync(string master, WordFromAbove? above, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var (before, now) = (LastWordTables.Awaited(lease.Database, master), above?.Waiting ?? None);
        return above?.Refused.Count > 0 || before.Count != now.Count || before.Except(now).Any();
    }

    /// <summary>After the commit: those who wait for a word on these devices are told.</summary>
    public void Speak(IReadOnlyCollection<string> devices) => Spoken?.Invoke(devices);

    /// <summary>After the commit: what was final waits once more, of whatever device.</summary>
    public void TakeBack() => TakenBack?.Invoke();

    /// <summary>
    /// The last word on a device's mutations, of which the node knows those up to the last; null where this node has it itself. A device is
    /// what a caller calls itself: refused mutations are told to the person who made them only.
    /// </summary>
    public async Task<LastWord?> FindAsync((DeviceId Id, IReadOnlyList<DeviceId>? Formers) device, (string User, long Last) whose, Cursor? heard, CancellationToken cancellationToken)
    {
        if (!up.HasJudge)
        {
            return null;
        }

        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        string[] ids = [device.Id.Value, .. (device.Formers ?? []).Select(former => former.Value)];
        var refused = ids.SelectMany(id => LastWordTables.Refused(lease.Database, id, PlaceOf(heard), Most)).OrderBy(one => one.Place).Take(Most).ToArray();
        var final = LastWordTables.Waiting(lease.Database, device.Id.Value) is { } waiting ? Math.Min(waiting - 1, whose.Last) : whose.Last;
        final = ids.Skip(1).Any(former => LastWordTables.Waiting(lease.Database, former) is not null) ? 0 : final;
        return new LastWord(final, [.. refused.Where(one => one.Refusal.Forwarded.User == whose.User).Select(one => Of(one.Refusal))], End(refused, heard));
    }

    /// <summary>The same for a branch, of everything that came by it.</summary>
    public async Task<WordFromAbove?> FindByAsync(string via, Cursor? heard, CancellationToken cancellationToken)
    {
        if (!up.HasJudge)
        {
            return null;
        }

        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var refused = LastWordTables.RefusedBy(lease.Database, via, PlaceOf(heard), Most);
        return new WordFromAbove(LastWordTables.WaitingBy(lease.Database, via), [.. refused.Select(one => one.Refusal)], End(refused, heard));
    }

    /// <summary>What came by a branch and waits.</summary>
    public async Task<IReadOnlyDictionary<string, long>?> FindWaitingAsync(string via, CancellationToken cancellationToken)
    {
        if (!up.HasJudge)
        {
            return null;
        }

        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return LastWordTables.WaitingBy(lease.Database, via);
    }

    private static RefusedMutation Of(LateRefusal refusal) => new(refusal.Forwarded.Mutation, refusal.Outcome, refusal.At);

    // Places of another life of this node's file say nothing: whoever comes with one is told everything again, and knows it by its ids.
    private long PlaceOf(Cursor? heard) => heard is { } cursor && cursor.Epoch == store.Epoch ? cursor.Seq : 0;

    private Cursor End(IReadOnlyList<(long Place, LateRefusal Refusal)> refused, Cursor? heard) =>
        new(store.Epoch, refused is [.., var end] ? end.Place : PlaceOf(heard));
}
