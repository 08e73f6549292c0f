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

    /// <summary>The confirmed rows of a scope as <see cref="Replica.Rows"/> spells them.</summary>
    public IReadOnlyList<string> Rows(string scope) =>
        [.. Read(scope).Select(row => Replica.Spell(row.Table, row.Id, row.Fields)).Order(StringComparer.Ordinal)];

    /// <summary>The checksum of the confirmed rows of a scope.</summary>
    public string Checksum(string scope)
    {
        var checksum = new RowChecksum();
        return RowChecksum.Format(Read(scope).Aggregate(
            0UL, (sum, row) => unchecked(sum + checksum.Of(row.Table, row.Id, [.. row.Fields.Keys.Order(StringComparer.Ordinal)], row.Fields))));
    }

    public void Dispose() => _database.Dispose();

    private List<(string Table, Guid Id, Dictionary<string, FieldValue> Fields)> Read(string scope)
    {
        var statement = _database.Prepare("""
            SELECT tables.name, rows.id, rows.fields FROM rows
            JOIN tables ON tables.no = rows.tbl JOIN scopes ON scopes.no = rows.scope WHERE scopes.name = ?1
            """).Bind(1, scope);
        var rows = new List<(string, Guid, Dictionary<string, FieldValue>)>();
        while (statement.Step())
        {
            var fields = JsonSerializer.Deserialize(statement.Utf8(2), ProtocolJson.Default.DictionaryStringFieldValue)!;
            rows.Add((statement.Text(0), new Guid(statement.Utf8(1), bigEndian: true), fields));
        }

        statement.Reset();
        return rows;
    }

    private long Number(string sql) => long.Parse(_database.Scalar(sql)!, System.Globalization.CultureInfo.InvariantCulture);
}
