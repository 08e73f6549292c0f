using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Client.Replica;

/// <summary>The confirmed rows in the file.</summary>
internal static class RowTable
{
    private const string Columns = "scope, seq, life, mine, fields";

    public static StoredRow? Find(Database database, int table, Guid id) => Find(database, table, id, Read);

    /// <summary>For who is about to write it: of a row whose fields cannot be read any more, all but these.</summary>
    public static StoredRow? FindAnyway(Database database, int table, Guid id) => Find(database, table, id, (statement, column) =>
    {
        try
        {
            return Read(statement, column);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return Place(statement, column, []);
        }
    });

    private static StoredRow? Find(Database database, int table, Guid id, Func<Statement, int, StoredRow> read)
    {
        Span<byte> key = stackalloc byte[16];
        id.TryWriteBytes(key, bigEndian: true, out _);
        var statement = database.Prepare($"SELECT {Columns} FROM rows WHERE tbl = ?1 AND id = ?2").Bind(1, table).BindBlob(2, key);
        try
        {
            return statement.Step() ? read(statement, 0) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Every row of a table that meets the condition, an SQL text over <c>fields</c> with parameters from 2 on.</summary>
    public static List<(Guid Id, StoredRow Row)> List(Database database, int table, string condition, Action<Statement> bind)
    {
        var statement = database.Prepare($"SELECT id, {Columns} FROM rows WHERE tbl = ?1{condition}").Bind(1, table);
        var rows = new List<(Guid, StoredRow)>();
        try
        {
            bind(statement);
            while (statement.Step())
            {
                rows.Add((IdOf(statement, 0), Read(statement, 1)));
            }

            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>
    /// The rows that match, and those with pending writes, which may match with them; rows that are only pending have no stored one. A table of
    /// which nothing was ever read has no number.
    /// </summary>
    public static List<(Guid Id, StoredRow? Row)> ListWith(Database database, int? table, QueryPlan plan, HashSet<Guid> pending)
    {
        if (table is not { } number)
        {
            return [.. pending.Select(id => (id, (StoredRow?)null))];
        }

        var matching = List(database, number, plan.Condition, plan.Bind).Where(row => !pending.Contains(row.Id));
        return [.. matching.Select(row => (row.Id, (StoredRow?)row.Row)), .. pending.Select(id => (id, Find(database, number, id)))];
    }

    /// <summary>The checksums of a scope's rows of a table whose ids lie in the range, in the order of their ids.</summary>
    public static IEnumerable<(Guid Id, ulong Sum)> Sums(Database database, (int Table, int Scope) of, IdRange range, RowSums sums)
    {
        var statement = Select(database, "id, fields", of, range);
        try
        {
            while (statement.Step())
            {
                var id = IdOf(statement, 0);
                yield return (id, sums.Of(new RowKey(range.Table, id), statement.Utf8(1)));
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Their ids alone.</summary>
    public static List<Guid> Ids(Database database, (int Table, int Scope) of, IdRange range)
    {
        var statement = Select(database, "id", of, range);
        var ids = new List<Guid>();
        while (statement.Step())
        {
            ids.Add(IdOf(statement, 0));
        }

        statement.Reset();
        return ids;
    }

    public static void Put(Database database, int table, Guid id, StoredRow row)
    {
        Span<byte> key = stackalloc byte[16];
        id.TryWriteBytes(key, bigEndian: true, out _);
        var statement = database.Prepare($"INSERT OR REPLACE INTO rows (tbl, id, {Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .Bind(1, table).BindBlob(2, key);
        _ = row.Scope is { } scope ? statement.Bind(3, scope) : statement.BindNull(3);
        statement.Bind(4, row.Seq).Bind(5, row.Life).Bind(6, row.Mine).BindUtf8(7, FieldsJson.Write(row.Fields).Span).Run();
    }

    public static void Remove(Database database, int table, Guid id)
    {
        Span<byte> key = stackalloc byte[16];
        id.TryWriteBytes(key, bigEndian: true, out _);
        database.Prepare("DELETE FROM rows WHERE tbl = ?1 AND id = ?2").Bind(1, table).BindBlob(2, key).Run();
    }

    /// <summary>Marks rows that no snapshot has confirmed since the reset; those of every scope where the numbers of all say nothing.</summary>
    public static void MarkOld(Database database, int? scope)
    {
        if (scope is { } one)
        {
            database.Prepare("UPDATE rows SET seq = -1 WHERE scope = ?1").Bind(1, one).Run();
            return;
        }

        database.Prepare("UPDATE rows SET seq = -1").Run();
    }

    /// <summary>Removes a scope's rows that a complete snapshot at this number did not confirm.</summary>
    public static void RemoveOld(Database database, int scope, long seq) =>
        database.Prepare("DELETE FROM rows WHERE scope = ?1 AND seq < ?2").Bind(1, scope).Bind(2, seq).Run();

    /// <summary>The scope is no longer held: what nobody waits for goes, the rest belongs to no scope.</summary>
    public static void Revoke(Database database, int scope, IEnumerable<(int Table, Guid Id)> claimed)
    {
        var keep = database.Prepare("UPDATE rows SET scope = NULL WHERE tbl = ?1 AND id = ?2 AND scope = ?3");
        foreach (var (table, id) in claimed)
        {
            keep.Bind(1, table).BindBlob(2, id.ToByteArray(bigEndian: true)).Bind(3, scope).Run();
        }

        database.Prepare("DELETE FROM rows WHERE scope = ?1").Bind(1, scope).Run();
    }

    public static List<(int Table, Guid Id)> Homeless(Database database)
    {
        var statement = database.Prepare("SELECT tbl, id FROM rows WHERE scope IS NULL");
        var rows = new List<(int, Guid)>();
        while (statement.Step())
        {
            rows.Add(((int)statement.Integer(0), IdOf(statement, 1)));
        }

        statement.Reset();
        return rows;
    }

    private static Statement Select(Database database, string columns, (int Table, int Scope) of, IdRange range)
    {
        var bounds = (range.After is null ? "" : " AND id > ?3") + (range.To is null ? "" : " AND id <= ?4");
        var statement = database.Prepare($"SELECT {columns} FROM rows WHERE tbl = ?1 AND scope = ?2{bounds} ORDER BY id")
            .Bind(1, of.Table).Bind(2, of.Scope);
        _ = range.After is { } after ? statement.BindBlob(3, after.ToByteArray(bigEndian: true)) : statement;
        return range.To is { } to ? statement.BindBlob(4, to.ToByteArray(bigEndian: true)) : statement;
    }

    private static Guid IdOf(Statement statement, int column) => new(statement.Utf8(column), bigEndian: true);

    private static StoredRow Read(Statement statement, int column) => Place(statement, column, FieldsJson.Read(statement.Utf8(column + 4)));

    private static StoredRow Place(Statement statement, int column, Dictionary<string, FieldValue> fields) => new(
        statement.IsNull(column) ? null : (int)statement.Integer(column), statement.Integer(column + 1), statement.Integer(column + 2),
        statement.Integer(column + 3), fields);
}
