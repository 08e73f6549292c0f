namespace Branchline.Client;

/// <summary>What a change did to what this device sees of a row.</summary>
public enum RowChangeKind
{
    /// <summary>The row is there, as <see cref="RowChange{T}.Row"/> says.</summary>
    Saved,

    /// <summary>The row is there no longer: deleted, or out of what this person may see.</summary>
    Removed,

    /// <summary>More changed than is told one by one (a first sync, or the reader stayed behind): read the table again.</summary>
    Reset,
}

/// <summary>One change of what this device sees, whoever made it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Table">The table; empty with <see cref="RowChangeKind.Reset"/>.</param>
/// <param name="Id">The row's id; <see cref="Guid.Empty"/> with <see cref="RowChangeKind.Reset"/>.</param>
/// <param name="Row">The row as it stands; null unless it was saved.</param>
/// <param name="IsPending">Whether this device has writes to the row that the node has not answered.</param>
/// <param name="Seq">The node's number of the change; null while it is only on this device.</param>
public sealed record RowChange<T>(RowChangeKind Kind, string Table, Guid Id, T? Row, bool IsPending, long? Seq)
    where T : class;
