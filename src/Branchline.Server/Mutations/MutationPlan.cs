using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>What one mutation will do, worked out in memory before anything is written.</summary>
internal sealed class MutationPlan(WriteSession session, SqliteStore store, Mutation mutation, Writer writer)
{
    private readonly Dictionary<(string Table, Guid Id), PlannedRow> _byKey = [];

    /// <summary>Rows in the order they were first touched.</summary>
    public List<PlannedRow> Rows { get; } = [];

    /// <summary>The device's writes with defaults filled in and values normalised.</summary>
    public List<RowWrite> Writes { get; } = [];

    /// <summary><c>table.field</c> that kept a newer value.</summary>
    public List<string> KeptFields { get; } = [];

    public List<ConflictEntry> Conflicts { get; } = [];

    /// <summary>Objections to documents of record, which are accepted all the same.</summary>
    public List<Objection> Flags { get; } = [];

    public Mutation Mutation => mutation;

    public Writer Writer => writer;

    /// <summary>The mutation's stamp as accepted.</summary>
    public required Stamp At
    {
        get;
        init
        {
            field = value;
            AtText = value.ToString();
        }
    }

    /// <summary>The stamp as it is stored.</summary>
    public string AtText { get; private init; } = string.Empty;

    /// <summary>The seq up to which the writer knew the log.</summary>
    public required long KnownSeq { get; init; }

    /// <summary>The node that this comes from, or null: it is not told of it again.</summary>
    public string? Origin { get; init; }

    /// <summary>The caller is online and current.</summary>
    public bool IsStrict { get; init; }

    public BusinessSchema Schema => store.Schema;

    /// <summary>The layout of a table that is known to exist.</summary>
    public TableLayout Layout(string table) => store.Layouts[table];

    /// <summary>Whether the writer may see what is in the scope.</summary>
    public bool Holds(string scope) => writer.Holds(scope);

    /// <summary>The row if this mutation touches it.</summary>
    public PlannedRow? FindPlanned(string table, Guid id) => _byKey.GetValueOrDefault((table, id));

    /// <summary>The row as this mutation leaves it so far, or as stored; deleted rows included.</summary>
    public RowImage? Find(string table, Guid id) =>
        _byKey.TryGetValue((table, id), out var planned) ? planned.After : session.Find(Layout(table), id);

    /// <summary>The same for a row that others name, such as a branch.</summary>
    public RowImage? FindNamed(string table, Guid id) =>
        _byKey.TryGetValue((table, id), out var planned) ? planned.After : session.FindNamed(Layout(table), id);

    /// <summary>The scope of a live row as this mutation leaves it so far, or null; cheaper than the row.</summary>
    public string? FindScope(string table, Guid id)
    {
        var layout = Layout(table);
        if (!_byKey.TryGetValue((table, id), out var planned))
        {
            return session.FindScope(layout, id);
        }

        return planned.After.DeletedAt is null ? planned.ScopeAfter : null;
    }

    /// <summary>The row ready to be changed: a copy of what is stored, or what the plan already has.</summary>
    public PlannedRow? Touch(string table, Guid id)
    {
        if (_byKey.TryGetValue((table, id), out var planned))
        {
            return planned;
        }

        return session.Find(Layout(table), id) is { } stored ? Add(new PlannedRow(Layout(table), stored, Copy(stored))) : null;
    }

    /// <summary>A row that is made.</summary>
    public PlannedRow Create(string table, Guid id, Dictionary<string, FieldValue> fields) =>
        Add(new PlannedRow(
            Layout(table), null, new RowImage(id, 0, new FieldStamp(AtText, 0), RowStamps.Parse(null), fields)));

    private static RowImage Copy(RowImage row) =>
        new(row.Id, row.Place, row.Inserted, row.Stamps, new Dictionary<string, FieldValue>(row.Fields, StringComparer.Ordinal))
        {
            Seq = row.Seq,
            DeletedAt = row.DeletedAt,
        };

    private PlannedRow Add(PlannedRow planned)
    {
        _byKey.Add((planned.Table.Name, planned.After.Id), planned);
        Rows.Add(planned);
        return planned;
    }
}
