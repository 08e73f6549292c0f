using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>A row a mutation touches: as it stood, as it will stand, and what changed. Written once everything was checked.</summary>
internal sealed class PlannedRow(TableLayout layout, RowImage? before, RowImage after)
{
    private readonly Dictionary<string, string> _stamps = new(StringComparer.Ordinal);

    public TableLayout Layout => layout;

    public TableSchema Table => layout.Table;

    /// <summary>As stored, or null for a row that is made.</summary>
    public RowImage? Before => before;

    /// <summary>As it will be stored. Its own copy.</summary>
    public RowImage After => after;

    public bool IsNew => before is null;

    public bool IsDeleted { get; set; }

    /// <summary>It leaves this node: nobody here sees it any longer, and nothing of it stays.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>It was deleted and lives again.</summary>
    public bool IsRestored { get; private set; }

    /// <summary>It comes from another node, which gave it its times.</summary>
    public bool IsReplicated { get; set; }

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

    /// <summary>Gives a field a stamp that is not the mutation's.</summary>
    public void Stamp(string field, string at)
    {
        _stamps[field] = at;
        Stamped.Add(field);
    }

    /// <summary>The stamp of a stamped field; <paramref name="at"/> is the mutation's.</summary>
    public string StampFor(string field, string at) => _stamps.GetValueOrDefault(field, at);

    /// <summary>Stamps that are not the mutation's.</summary>
    public IReadOnlyDictionary<string, string> Stamps => _stamps;

    public void Leave() => IsLeaving = true;

    public void Restore()
    {
        after.DeletedAt = null;
        IsRestored = true;
    }

    // A row that came and went within one mutation was never here.
    public bool HasEffect => IsLeaving ? !IsNew : IsNew || IsDeleted || IsRestored || Changed.Count > 0 || Stamped.Count > 0;

    public string ScopeBefore => RowScope.Of(Table, (before ?? after).Fields);

    public string ScopeAfter => RowScope.Of(Table, after.Fields);
}
