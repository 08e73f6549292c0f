using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Client.Outgoing;

/// <summary>
/// What an answer does to the outbox. <paramref name="Incarnation"/> is null while an older one has to be brought on; <paramref name="Epoch"/>
/// is the node's log's, null when no node answered.
/// </summary>
internal sealed record Settlement(Batch Batch, string? Incarnation, string? Epoch)
{
    /// <summary>Those that no longer lie on the rows.</summary>
    public List<OutboxEntry> Removed { get; } = [];

    /// <summary>Those that were applied, and whose changes are still to be read.</summary>
    public List<OutboxEntry> Answered { get; } = [];

    public List<MergedMutation> Merged { get; } = [];

    /// <summary>The highest number answered for.</summary>
    public long LastAnswered { get; private set; }

    private List<(OutboxEntry Entry, MutationOutcome.Rejected Outcome)> Rejected { get; } = [];

    public static Settlement Of(Batch batch, PushReply reply, bool isRead, string? incarnation)
    {
        var settlement = new Settlement(batch, incarnation, reply.Epoch.Length == 0 ? null : reply.Epoch);
        var outcomes = reply.Outcomes.ToDictionary(outcome => outcome.Id);
        foreach (var entry in batch.Entries)
        {
            if (outcomes.TryGetValue(entry.Mutation.Id, out var outcome))
            {
                settlement.Add(entry, outcome, isRead);
            }
        }

        return settlement;
    }

    public void Write(Database database, DateTimeOffset now, int sentKept)
    {
        foreach (var entry in Removed)
        {
            OutboxEntry.SetState(database, entry.Place, OutboxState.Sent);
        }

        foreach (var entry in Answered)
        {
            OutboxEntry.SetState(database, entry.Place, OutboxState.Answered);
        }

        foreach (var (entry, outcome) in Rejected)
        {
            TrayTable.Keep(database, entry.Mutation, outcome, now);
            OutboxEntry.Remove(database, entry.Place);
        }

        OutboxEntry.TrimSent(database, sentKept);
        if (Epoch is not null && KeptValues.Find(database, KeptValues.AnsweredEpoch) is null)
        {
            KeptValues.Save(database, KeptValues.AnsweredEpoch, Epoch);
        }

        var device = DeviceRecord.Get(database);
        if (Incarnation is not null && device.Life == Batch.Device.Life)
        {
            (device with { Incarnation = Incarnation }).Save(database);
        }
    }

    private void Add(OutboxEntry entry, MutationOutcome outcome, bool isRead)
    {
        LastAnswered = Math.Max(LastAnswered, entry.Mutation.N);
        if (outcome is MutationOutcome.Rejected rejected)
        {
            Rejected.Add((entry, rejected));
            Removed.Add(entry);
            return;
        }

        if (outcome is MutationOutcome.Merged merged)
        {
            Merged.Add(new MergedMutation(entry.Mutation.Id, merged.KeptFields));
        }

        (isRead ? Removed : Answered).Add(entry);
    }
}
