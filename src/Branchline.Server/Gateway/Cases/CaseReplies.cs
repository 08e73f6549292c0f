using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store.Cases;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Gateway.Cases;

/// <summary>Cases in the words of REST.</summary>
internal sealed class CaseReplies(CaseSight sight)
{
    public TrayReply Of(StoredTray entry)
    {
        var sent = entry.Sent;
        return new TrayReply(entry.Id, entry.Settled?.How ?? "waiting", entry.Words.Code, entry.Words.Reason)
        {
            Table = entry.Words.Table,
            Field = entry.Words.Field,
            Remedy = entry.Words.Remedy,
            First = entry.FirstCode is { } code ? new FirstReply(code, entry.FirstReason!) : null,
            Mutation = entry.Mutation,
            Device = entry.Device,
            N = entry.N,
            User = sight.Name(entry.UserId),
            MadeAt = TimeOf(sent.At),
            ReceivedAt = entry.ReceivedAt,
            Tables = [.. sent.Writes.Select(write => write.Table).Distinct()],
            Writes = sent.Writes.Count,
            Attempts = entry.Attempts,
            Settled = Of(entry.Settled),
        };
    }

    public TrayReply Whole(StoredTray entry, IReadOnlyList<CaseStep> steps) => Of(entry) with { Payload = Json(entry.Payload), History = Of(steps) };

    public ConflictReply Of(StoredConflict conflict) => new(conflict.Id, StateOf(conflict), conflict.Table, conflict.Row, conflict.Field)
    {
        Group = conflict.Group,
        Policy = PolicyOf(conflict.Policy),
        Kept = Of(conflict.Kept),
        Lost = Of(conflict.Lost),
        Mutation = conflict.Mutation,
        FoundAt = conflict.FoundAt,
        Settled = Of(conflict.Settled),
    };

    public ConflictReply Whole(StoredConflict conflict, IReadOnlyList<CaseStep> steps) => Of(conflict) with { History = Of(steps) };

    public FlagReply Of(StoredFlag flag) => new(flag.Id, flag.Settled is null ? "open" : flag.Settled.How, flag.Code, flag.Reason)
    {
        Table = flag.Table.Length == 0 ? null : flag.Table,
        Row = flag.Row == Guid.Empty ? null : flag.Row,
        Field = flag.Field,
        Mutation = flag.Mutation,
        User = sight.Name(flag.UserId),
        FoundAt = flag.FoundAt,
        Settled = Of(flag.Settled),
    };

    public FlagReply Whole(StoredFlag flag, IReadOnlyList<CaseStep> steps) => Of(flag) with { History = Of(steps) };

    /// <summary>The policy as the schema spells it; <c>workflow</c> where the order of the states settled.</summary>
    private static string PolicyOf(string policy) =>
        policy == ConflictEntry.ByWorkflow || Enum.IsDefined(typeof(MergePolicy), policy) ? JsonNamingPolicy.KebabCaseLower.ConvertName(policy) : policy;

    private static string StateOf(StoredConflict conflict) => conflict switch
    {
        { IsOpen: true } => "open",
        { Settled: null } => "settled",
        { Settled.How: Settlement.Undone } => "undone",
        _ => "chosen",
    };

    private SideReply Of(ConflictSide side)
    {
        var isStamp = Stamp.TryParse(side.At, out var stamp);
        return new SideReply(Json(side.Value), side.At)
        {
            At = isStamp ? TimeOf(stamp) : null,
            Device = isStamp ? stamp.Device.Value : null,
            User = sight.Name(side.By),
        };
    }

    private IReadOnlyList<StepReply> Of(IReadOnlyList<CaseStep> steps) =>
    [
        .. steps.Select(step => new StepReply(step.Action, sight.Name(step.By), step.At)
        {
            Mutation = step.Mutation,
            Outcome = step.Outcome is { } outcome ? Json(outcome) : null,
            Sent = step.Sent is { } sent ? Json(sent) : null,
            Why = step.Note,
        }),
    ];

    private SettledReply? Of(Settlement? settled) => settled is null ? null : new SettledReply(settled.How, sight.Name(settled.By), settled.At);

    private static string TimeOf(Stamp stamp) => TimestampConverter.Format(DateTimeOffset.FromUnixTimeMilliseconds(stamp.Milliseconds));

    private static JsonElement Json(string text)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = 128 });
        return JsonElement.ParseValue(ref reader);
    }
}
