using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Scenarios.Faults;

/// <summary>What a device's file itself holds, read beside its program.</summary>
internal sealed class StoredDevice(string file) : IDisposable
{
    private readonly Database _database = Database.Open(file, readOnly: true);

    /// <summary>Mutations that wait for an answer, or whose answer has not been read.</summary>
    public long Open => Number("SELECT count(*) FROM outbox WHERE state < 2");

    public long Rejected => Number("SELECT count(*) FROM tray");

    /// <summary>The confirmed rows of a scope as <see cref="Replica.Rows"/> spells them, and their checksum.</summary>
    public (IReadOnlyList<string> Rows, string Checksum) Read(string scope)
    {
        var statement = _database.Prepare("""
            SELECT tables.name, rows.id, rows.fields FROM rows
            JOIN tables ON tables.no = rows.tbl JOIN scopes ON scopes.no = rows.scope WHERE scopes.name = ?1
            """).Bind(1, scope);
        var (rows, sum, checksum) = (new List<string>(), 0UL, new RowChecksum());
        while (statement.Step())
        {
            var (table, id) = (statement.Text(0), new Guid(statement.Utf8(1), bigEndian: true));
            var fields = JsonSerializer.Deserialize(statement.Text(2), ProtocolJson.Default.DictionaryStringFieldValue)!;
            rows.Add(Replica.Spell(table, id, fields));
            sum += checksum.Of(table, id, [.. fields.Keys.Order(StringComparer.Ordinal)], fields);
        }

        statement.Reset();
        return ([.. rows.Order(StringComparer.Ordinal)], RowChecksum.Format(sum));
    }

    public void Dispose() => _database.Dispose();

    private long Number(string sql) => long.Parse(_database.Scalar(sql)!, System.Globalization.CultureInfo.InvariantCulture);
}
