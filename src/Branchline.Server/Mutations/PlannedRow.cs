using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>A row a mutation touches: as it stood, as it will stand, and what changed. Written once everything was checked.</summary>
internal sealed class PlannedRow(TableLayout layout, RowImage? before, RowImage after)
{
    public TableLayout Layout => layout;

    public TableSchema Table => layout.Table;

    /// <summary>As stored, or null for a row that is made.</summary>
    public RowImage? Before => before;

    /// <summary>As it will be stored. Its own copy.</summary>
    public RowImage After => after;

    public bool IsNew => before is null;

    public bool IsDeleted { get; set; }

    /// <summary>Fields whose value changed.</summary>
    public HashSet<string> Changed { get; } = new(StringComparer.Ordinal);

    /// <summary>Fields whose stamp is the mutation's from now on, changed or not.</summary>
    public HashSet<string> Stamped { get; } = new(StringComparer.Ordinal);

    /// <summary>The state a workflow move led to, or null.</summary>
    public string? MovedTo { get; set; }

    /// <summary>Sets a field that is the node's to keep.</summary>
    public void Put(string field, FieldValue value)
    {
        After.Fields[field] = value;
        Stamped.Add(field);
        if (before is not null && before.Fields.GetValueOrDefault(field) == value)
        {
            Changed.Remove(field);
        }
        else if (before is not null)
        {
            Changed.Add(field);
        }
    }

    public bool HasEffect => IsNew || IsDeleted || Changed.Count > 0 || Stamped.Count > 0;

    public string ScopeBefore => RowScope.Of(Table, (before ?? after).Fields);

    public string ScopeAfter => RowScope.Of(Table, after.Fields);
}
