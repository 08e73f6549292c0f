using Branchline.Protocol;

namespace Branchline.Client.Replica;

/// <summary>Takes over from a comparison what is not newer here: rows that differ, and that the node has not.</summary>
internal sealed class CompareWriter(NameNumbers tables)
{
    /// <summary>
    /// The rows that changed. This device's own mutations up to <paramref name="mine"/> are in the answer; null: nobody knows which.
    /// </summary>
    public List<TouchedRow> Write(Database database, CompareReply reply, ScopeState scope, (long Life, long N)? mine)
    {
        var touched = new List<TouchedRow>();
        foreach (var range in reply.Ranges)
        {
            Put(database, (scope, reply.Cursor.Seq), range.Part, mine, touched);
            Remove(database, (scope, reply.Cursor.Seq), range, touched);
        }

        return touched;
    }

    private void Put(
        Database database, (ScopeState Scope, long Seq) place, SnapshotPart? part, (long Life, long N)? mine, List<TouchedRow> touched)
    {
        foreach (var values in part?.Rows ?? [])
        {
            var table = tables.Number(database, part!.Table);
            var id = Guid.Parse(values[0].AsText!);
            var known = RowTable.FindAnyway(database, table, id);
            if (known?.Seq > place.Seq)
            {
                continue;
            }

            var (life, n) = mine ?? (known?.Life ?? 0, known?.Mine ?? 0);
            var fields = part.Columns.Zip(values).Skip(1).Where(field => !field.Second.IsNull)
                .ToDictionary(field => field.First, field => field.Second, StringComparer.Ordinal);
            RowTable.Put(database, table, id, new StoredRow(place.Scope.No, place.Seq, life, n, fields));
            touched.Add(new TouchedRow(new RowKey(part.Table, id), place.Seq, false));
        }
    }

    private void Remove(Database database, (ScopeState Scope, long Seq) place, ComparedRange range, List<TouchedRow> touched)
    {
        foreach (var id in range.Gone ?? [])
        {
            if (tables.Find(range.Table) is { } table && RowTable.FindAnyway(database, table, id) is { } row
                && row.Scope == place.Scope.No && row.Seq <= place.Seq)
            {
                RowTable.Remove(database, table, id);
                touched.Add(new TouchedRow(new RowKey(range.Table, id), place.Seq, false));
            }
        }
    }
}
