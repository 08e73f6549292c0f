using System.Globalization;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>
/// Rows by the ids of a peer that counts them. A UUID is its own; any other id becomes one that is computed from peer, table and id, and is remembered so
/// that the peer hears of the row by the id it knows.
/// </summary>
internal sealed class ForeignIds(ForeignDatabase database)
{
    /// <summary>The row that the peer means.</summary>
    public static Guid RowOf(string peer, string table, string id) =>
        Guid.TryParseExact(id, "D", out var row) ? row : DerivedId.Of($"foreign\n{peer}\n{table}\n{id}");

    /// <summary>A counted id as the number that it is; any other as text.</summary>
    public static FieldValue ValueOf(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == id ? FieldValue.Of(number) : FieldValue.Of(id);

    /// <summary>The peer calls these rows so. UUIDs need not be remembered.</summary>
    public void Remember(string peer, IEnumerable<(string Table, string Id)> told) => Know(peer, told.Where(one => !Guid.TryParseExact(one.Id, "D", out _)));

    /// <summary>The peer has these rows, by whatever ids.</summary>
    public void Know(string peer, IEnumerable<(string Table, string Id)> told)
    {
        var counted = told.Distinct().ToArray();
        if (counted.Length == 0 || database.Read(found => Array.TrueForAll(counted, one => Find(found, peer, one.Table, RowOf(peer, one.Table, one.Id)) is not null)))
        {
            return;
        }

        database.Write(open =>
        {
            foreach (var (table, id) in counted)
            {
                open.Prepare("INSERT OR IGNORE INTO _foreign_ids (peer, tbl, row, id) VALUES (?1, ?2, ?3, ?4)")
                    .Bind(1, peer).Bind(2, table).Bind(3, RowOf(peer, table, id)).Bind(4, id).Run();
            }

            return counted.Length;
        });
    }

    /// <summary>What the peer calls the row, or null where nothing is remembered of it: then by its UUID.</summary>
    public string? Find(string peer, string table, Guid row) => database.Read(open => Find(open, peer, table, row));

    private static string? Find(Database open, string peer, string table, Guid row)
    {
        var statement = open.Prepare("SELECT id FROM _foreign_ids WHERE peer = ?1 AND tbl = ?2 AND row = ?3").Bind(1, peer).Bind(2, table).Bind(3, row);
        var id = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return id;
    }
}
