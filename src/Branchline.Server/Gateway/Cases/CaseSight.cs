using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Access.Control;
using Branchline.Server.Store;
using Branchline.Server.Store.Cases;

namespace Branchline.Server.Gateway.Cases;

/// <summary>
/// Who may see which case. Administrators see all of them. Managers see a case when every row it is about, and every row it
/// would make, is in scopes they hold and in tables they may read; what has no scope that can be told is judged by its sender.
/// </summary>
internal sealed class CaseSight(BusinessSchema schema, Sessions sessions, CaseReader reader)
{
    public async ValueTask<IReadOnlyList<StoredTray>> SeeAsync(IReadOnlyList<StoredTray> entries, Identity who, CancellationToken cancellationToken)
    {
        if (who.Role == Roles.Admin)
        {
            return entries;
        }

        var rows = entries.SelectMany(entry => entry.Sent.Writes).Select(write => (write.Table, write.Id)).Distinct();
        var scopes = await reader.ScopesAsync(rows, cancellationToken);
        return [.. entries.Where(entry => IsTheirs(entry, who, scopes))];
    }

    public async ValueTask<IReadOnlyList<StoredConflict>> SeeAsync(
        IReadOnlyList<StoredConflict> conflicts, Identity who, CancellationToken cancellationToken)
    {
        var scopes = await ScopesAsync(conflicts.Select(conflict => (conflict.Table, conflict.Row)), who, cancellationToken);
        return [.. conflicts.Where(conflict => IsTheirs((conflict.Table, conflict.Row), conflict.Scope, who, scopes))];
    }

    public async ValueTask<IReadOnlyList<StoredFlag>> SeeAsync(IReadOnlyList<StoredFlag> flags, Identity who, CancellationToken cancellationToken)
    {
        var scopes = await ScopesAsync(flags.Select(flag => (flag.Table, flag.Row)), who, cancellationToken);
        return [.. flags.Where(flag => IsTheirs((flag.Table, flag.Row), flag.Scope, who, scopes))];
    }

    /// <summary>The person of that id as a case tells of them.</summary>
    public Who? Name(string? userId) => userId switch
    {
        null => null,
        _ when userId == ControlToken.Person.Id => new Who(userId, ControlToken.Person.Name),
        _ => new Who(userId, sessions.FindUser(userId)?.Name),
    };

    private ValueTask<Dictionary<(string, Guid), string>> ScopesAsync(IEnumerable<(string, Guid)> rows, Identity who, CancellationToken cancellationToken) =>
        who.Role == Roles.Admin ? ValueTask.FromResult<Dictionary<(string, Guid), string>>([]) : reader.ScopesAsync(rows.Distinct(), cancellationToken);

    /// <summary>Both the scope in which it happened and the one the row is in today: a row that moved took its values along, not its past.</summary>
    private bool IsTheirs((string Table, Guid Row) row, string? scope, Identity who, Dictionary<(string, Guid), string> scopes)
    {
        if (who.Role == Roles.Admin)
        {
            return true;
        }

        // What is about a mutation as a whole names no table.
        var isReadable = row.Table.Length == 0 || MayRead(row.Table, who);
        var today = scopes.GetValueOrDefault(row) ?? scope;
        return isReadable && today is not null && who.Scopes.Contains(today) && (scope is null || who.Scopes.Contains(scope));
    }

    private bool IsTheirs(StoredTray entry, Identity who, Dictionary<(string, Guid), string> scopes)
    {
        var isOfTheirBranch = IsColleague(entry.UserId, who);
        foreach (var write in entry.Sent.Writes)
        {
            if (!MayRead(write.Table, who))
            {
                return false;
            }

            var stored = scopes.GetValueOrDefault((write.Table, write.Id));
            var claimed = ScopeIn(schema.Tables[write.Table], write);
            if ((stored is not null && !who.Scopes.Contains(stored)) || (claimed is not null && !who.Scopes.Contains(claimed)))
            {
                return false;
            }

            if (stored is null && claimed is null && !WorksOnlyForThem(entry.UserId, who))
            {
                return false;
            }

            isOfTheirBranch |= (stored ?? claimed)?.StartsWith(ScopeRule.Branch + ':', StringComparison.Ordinal) == true;
        }

        return isOfTheirBranch;
    }

    private bool MayRead(string table, Identity who) => schema.Tables.TryGetValue(table, out var known) && known.Access.Read.Contains(who.Role);

    /// <summary>The scope that the write itself names; null when it leaves its owner out.</summary>
    private static string? ScopeIn(TableSchema table, RowWrite write)
    {
        if (table.Scope.Field is not { } field)
        {
            return ScopeRule.Everyone;
        }

        return write.Fields.GetValueOrDefault(field).AsText is { } owner ? RowScope.Of(table.Scope, owner.ToLowerInvariant()) : null;
    }

    private bool IsColleague(string userId, Identity who) =>
        userId == who.UserId
        || (sessions.FindUser(userId) is { } sender && sender.Role != Roles.Admin && sender.BranchIds.Intersect(who.BranchIds).Any());

    /// <summary>Whatever the sender wrote is then about a branch of theirs.</summary>
    private bool WorksOnlyForThem(string userId, Identity who) =>
        userId == who.UserId
        || (sessions.FindUser(userId) is { BranchIds.Count: > 0 } sender && sender.Role != Roles.Admin && !sender.BranchIds.Except(who.BranchIds).Any());
}
