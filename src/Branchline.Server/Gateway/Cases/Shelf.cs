using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Cases;
using Branchline.Server.Store.Cases;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Gateway.Cases;

/// <summary>Has a mutation laid into the tray that came another way than by a push, and says where one is.</summary>
internal sealed class Shelf(MutationPipeline pipeline, CaseReader reader)
{
    private const int LongestCode = 64;
    private const int LongestReason = 1000;

    /// <summary>Why this cannot be what a device was told, or null.</summary>
    public static Problem? Check(Mutation? mutation, string code, string reason, string where) =>
        !Sync.PushEndpoint.IsWhole(mutation) ? Sync.PushEndpoint.Damaged(where + "mutation")
        : code.Length is 0 or > LongestCode || code.Any(letter => letter is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'))
            ? Problems.ForField(ErrorCodes.ParameterInvalid, where + "code", $"A code is 1 to {LongestCode} characters of a-z, 0-9 and _")
        : reason.Length > LongestReason ? Problems.ForField(ErrorCodes.TooLong, where + "reason", $"A reason has at most {LongestReason} characters")
        : null;

    public async Task<(HandOverReply? Place, PushRefusal? Refusal)> TakeAsync(
        Mutation mutation, Objection words, (CaseNote Note, Writer Writer) by, CancellationToken cancellationToken)
    {
        var answer = await pipeline.DecideAsync(new CaseDecision.HandOver(mutation, words, by.Note), by.Writer, cancellationToken);
        return answer.Refusal is { } refusal ? (null, refusal) : (await FindAsync(mutation.Id, cancellationToken), null);
    }

    /// <summary>Where the mutation is; what the node has neither judged nor kept would wait in the tray.</summary>
    public ValueTask<HandOverReply> FindAsync(Guid mutation, CancellationToken cancellationToken) => reader.ReadAsync(
        database => CaseRows.FindTrayOf(database, mutation) is { } entry ? new HandOverReply(mutation, entry.Settled?.How ?? "waiting", entry.Id)
            : IsKnown(database, mutation) ? new HandOverReply(mutation, "applied")
            : new HandOverReply(mutation, "waiting"),
        cancellationToken);

    private static bool IsKnown(Database database, Guid mutation)
    {
        var statement = database.Prepare("SELECT 1 FROM _mutations WHERE id = ?1").Bind(1, mutation);
        var isKnown = statement.Step();
        statement.Reset();
        return isKnown;
    }
}
