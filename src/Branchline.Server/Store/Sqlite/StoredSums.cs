using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>
/// The checksums of a scope's rows, by the place of their table among <see cref="StoredSums.Tables"/>. Never changed once it was handed out.
/// </summary>
internal sealed class TableSums(ulong[] sums)
{
    public ulong this[int table] => sums[table];

    public ulong[] Copy() => [.. sums];
}

/// <summary>Checksums by scope and table, so that any role's is the sum of what it may read.</summary>
internal static class StoredSums
{
    /// <summary>The declared tables in the order in which sums are kept.</summary>
    public static string[] Tables(BusinessSchema schema) => [.. schema.Tables.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The stored sums of a scope; noughts where there are none.</summary>
    public static TableSums Read(Database database, string[] tables, string scope)
    {
        var sums = new ulong[tables.Length];
        var statement = database.Prepare("SELECT tbl, sum FROM _sums WHERE scope = (SELECT id FROM _scopes WHERE name = ?1)").Bind(1, scope);
        while (statement.Step())
        {
            if (Array.BinarySearch(tables, statement.Text(0), StringComparer.Ordinal) is var place and >= 0)
            {
                sums[place] = unchecked((ulong)statement.Integer(1));
            }
        }

        statement.Reset();
        return new TableSums(sums);
    }

    /// <summary>The sums of every scope as the rows have them.</summary>
    public static Dictionary<(string Scope, string Table), ulong> Count(Database database, IEnumerable<TableLayout> layouts)
    {
        var checksum = new RowChecksum();
        var sums = new Dictionary<(string, string), ulong>();
        foreach (var layout in layouts)
        {
            using var statement = database.PrepareOnce($"{layout.SelectAll} WHERE _deleted IS NULL");
            while (statement.Step())
            {
                var row = RowSql.ReadStored(statement, layout);
                var key = (RowScope.Of(layout.Table, row.Fields), layout.Table.Name);
                sums[key] = unchecked(sums.GetValueOrDefault(key) + checksum.Of(layout.Table.Name, row.Id, layout.NamesInOrder, row.Fields));
            }
        }

        return sums;
    }

    /// <summary>Puts counted sums in the place of the stored ones, in the open transaction.</summary>
    public static void Replace(Database database, Dictionary<(string Scope, string Table), ulong> counted)
    {
        database.Prepare("DELETE FROM _sums").Run();
        foreach (var ((scope, table), sum) in counted)
        {
            database.Prepare("INSERT OR IGNORE INTO _scopes (name) VALUES (?1)").Bind(1, scope).Run();
            Save(database, scope, table, sum);
        }
    }

    /// <summary>Counts once what a file from before there were checksums, or a migration that changed rows, has not counted.</summary>
    public static void EnsureCounted(Database database, IEnumerable<TableLayout> layouts)
    {
        if (database.Scalar("SELECT value FROM _meta WHERE key = 'sums'") is not null)
        {
            return;
        }

        database.Execute("BEGIN IMMEDIATE");
        Replace(database, Count(database, layouts));
        database.Execute("INSERT INTO _meta (key, value) VALUES ('sums', 'counted'); COMMIT");
    }

    /// <summary>The scope is known to the log.</summary>
    public static void Save(Database database, string scope, string table, ulong sum) =>
        database.Prepare("INSERT OR REPLACE INTO _sums (scope, tbl, sum) VALUES ((SELECT id FROM _scopes WHERE name = ?1), ?2, ?3)")
            .Bind(1, scope).Bind(2, table).Bind(3, unchecked((long)sum)).Run();
}
