using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>A column that holds a declared field or one of the two times the node keeps.</summary>
internal sealed record Column(string Name, FieldType Type, int Scale);

/// <summary>
/// How a declared table lies in SQLite, and the statements that are used on it.
/// Beside the fields each row has <c>_no</c> (its place), <c>_at</c> (stamp of the insert), <c>_first</c> and <c>_seq</c>
/// (its first and last change), <c>_stamps</c> (stamp and seq of fields written since) and <c>_deleted</c> (stamp of the delete).
/// </summary>
internal sealed class TableLayout
{
    /// <summary>Columns before the fields in every select: _no, id, _at, _first, _seq, _stamps, _deleted.</summary>
    public const int FixedColumns = 7;

    private const string Fixed = "_no, id, _at, _first, _seq, _stamps, _deleted";

    public TableLayout(TableSchema table)
    {
        Table = table;
        Columns =
        [
            .. table.Fields.Values.Select(field => new Column(field.Name, field.Type, field.Scale ?? 0)),
            new Column("created_at", FieldType.Timestamp, 0),
            new Column("updated_at", FieldType.Timestamp, 0),
        ];
        ColumnNames = [.. Columns.Select(column => column.Name)];
        NamesInOrder = [.. ColumnNames.Order(StringComparer.Ordinal)];
        References = [.. table.Fields.Values.Where(field => field.Type == FieldType.Ref)];
        ByName = Columns.Index().ToDictionary(pair => pair.Item.Name, pair => pair.Index, StringComparer.Ordinal);
        Name = Quote(table.Name);
        var names = string.Join(", ", Columns.Select(column => Quote(column.Name)));
        SelectAll = $"SELECT {Fixed}, {names} FROM {Name}";
        SelectById = SelectAll + " WHERE id = ?1";
        SelectState = $"SELECT _at, _seq, _stamps, _deleted FROM {Name} WHERE id = ?1";
        SelectOwner = $"SELECT {(table.Scope.Field is { } owner ? Quote(owner) : "NULL")} FROM {Name} WHERE id = ?1 AND _deleted IS NULL";
        Insert = $"INSERT INTO {Name} (id, _at, _first, _seq, _deleted, {names}) VALUES (?1, ?2, ?3, ?3, ?4, "
            + string.Join(", ", Columns.Select((_, index) => $"?{index + InsertFixed + 1}")) + ")";
        Update = $"UPDATE {Name} SET _seq = ?2, _stamps = ?3, _deleted = ?4, "
            + string.Join(", ", Columns.Select((column, index) => $"{Quote(column.Name)} = ?{index + UpdateFixed + 1}"))
            + " WHERE _no = ?1";
    }

    /// <summary>Parameters before the fields in <see cref="Insert"/>: id, _at, seq, _deleted.</summary>
    public const int InsertFixed = 4;

    /// <summary>Parameters before the fields in <see cref="Update"/>: _no, _seq, _stamps, _deleted.</summary>
    public const int UpdateFixed = 4;

    public TableSchema Table { get; }

    public string Name { get; }

    // Arrays, because every value of every row is read and written by them.
    public Column[] Columns { get; }

    public string[] ColumnNames { get; }

    /// <summary>The same in ordinal order, for checksums.</summary>
    public string[] NamesInOrder { get; }

    /// <summary>The fields that name rows.</summary>
    public FieldSchema[] References { get; }

    public IReadOnlyDictionary<string, int> ByName { get; }

    public string SelectAll { get; }

    public string SelectById { get; }

    /// <summary>What can be said of a row without its fields: stamp of the insert, last change, later stamps, stamp of the delete.</summary>
    public string SelectState { get; }

    /// <summary>The field that names the scope's owner, of a live row.</summary>
    public string SelectOwner { get; }

    public string Insert { get; }

    public string Update { get; }

    public static string Quote(string name) => "\"" + name + "\"";

    public static string SqlType(FieldType type) => type switch
    {
        FieldType.Integer or FieldType.Money or FieldType.Boolean or FieldType.Decimal => "INTEGER",
        _ => "TEXT",
    };
}
