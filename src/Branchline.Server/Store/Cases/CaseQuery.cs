namespace Branchline.Server.Store.Cases;

/// <summary>Which cases to list, newest first, before a number. Filters that are null do not filter.</summary>
internal sealed record CaseQuery(long Before, int Limit)
{
    /// <summary>One of the kind's states, see <see cref="CaseRows"/>; null is all of them.</summary>
    public string? State { get; init; }

    public string? Device { get; init; }

    public string? Code { get; init; }

    /// <summary>Of conflicts and flags; the tables of a tray entry are in its payload.</summary>
    public string? Table { get; init; }
}
