using Branchline.Protocol;

namespace Branchline.Client.Replica;

/// <summary>Writes a page's changes to the rows: only those after the cursor, and only those newer than the row they touch.</summary>
internal sealed class PageWriter(NameNumbers tables)
{
    private static readonly Dictionary<string, FieldValue> NoFields = [];

    /// <summary>The rows that changed, each once, in the order of their last change.</summary>
    public IReadOnlyCollection<TouchedRow> Write(Database database, FeedPage page, ScopeState scope, (DeviceId Id, long Life) device)
    {
        var touched = new OrderedDictionary<RowKey, TouchedRow>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var change in page.Changes ?? [])
        {
            if (change.Seq <= (scope.Cursor?.Seq ?? 0))
            {
                continue;
            }

            if (!numbers.TryGetValue(change.Table, out var table))
            {
                numbers[change.Table] = table = tables.Number(database, change.Table);
            }

            if (TryWrite(database, table, change, scope, device))
            {
                var key = new RowKey(change.Table, change.Id);
                touched.Remove(key);
                touched.Add(key, new TouchedRow(key, change.Seq, change.Device == device.Id));
            }
        }

        return touched.Values;
    }

    /// <summary>
    /// A row is in one scope at a time and each scope's feed comes by itself, so what another scope says of it counts only when it is
    /// newer.
    /// </summary>
    private static bool TryWrite(Database database, int table, Change change, ScopeState scope, (DeviceId Id, long Life) device)
    {
        var row = RowTable.Find(database, table, change.Id);
        if (row is not null && row.Seq >= change.Seq)
        {
            return false;
        }

        var isElsewhere = row?.Scope is { } home && home != scope.No;
        switch (change.Kind)
        {
            case ChangeKind.Enter:
                RowTable.Put(database, table, change.Id, After(row, new(change.Fields ?? NoFields, StringComparer.Ordinal), change, scope, device));
                return true;
            case ChangeKind.Set when !isElsewhere && (row is not null || IsWhole(change)):
                RowTable.Put(database, table, change.Id, After(row, Merged(row, change), change, scope, device));
                return true;
            case ChangeKind.Leave or ChangeKind.Delete when !isElsewhere && row is not null:
                RowTable.Remove(database, table, change.Id);
                return true;
            default:
                return false;
        }
    }

    // A patch of a row that is not there is of one that is gone already: it was when the snapshot was read, and this comes from before.
    private static bool IsWhole(Change change) => change.Fields?.ContainsKey("created_at") == true;

    private static Dictionary<string, FieldValue> Merged(StoredRow? row, Change change)
    {
        var fields = row?.Fields ?? new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        foreach (var (name, value) in change.Fields ?? NoFields)
        {
            fields[name] = value;
        }

        return fields;
    }

    private static StoredRow After(
        StoredRow? row, Dictionary<string, FieldValue> fields, Change change, ScopeState scope, (DeviceId Id, long Life) device) =>
        change.Device == device.Id
            ? new StoredRow(scope.No, change.Seq, device.Life, change.N, fields)
            : new StoredRow(scope.No, change.Seq, row?.Life ?? 0, row?.Mine ?? 0, fields);
}

/// <summary>A row that changed; <paramref name="IsOwn"/>: by this device's write, <paramref name="Seq"/> null while it waits.</summary>
internal readonly record struct TouchedRow(RowKey Key, long? Seq, bool IsOwn);
