using Branchline.Protocol;

namespace Branchline.Client.Replica;

/// <summary>Writes a page's changes to the rows: only those after the cursor, and only those newer than the row they touch.</summary>
internal sealed class PageWriter(NameNumbers tables)
{
    private static readonly Dictionary<string, FieldValue> NoFields = [];

    /// <summary>The rows that changed, each once, in the order of their last change; what that does to the sums goes into <paramref name="steps"/>.</summary>
    public IReadOnlyCollection<TouchedRow> Write(
        Database database, FeedPage page, ScopeState scope, (DeviceId Id, long Life) device, SumSteps steps)
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

            var key = new RowKey(change.Table, change.Id);
            var row = RowTable.FindAnyway(database, table, change.Id);
            if (IsNews(row, change, scope))
            {
                steps.Off(key, row);
                if (After(row, change, scope, device) is { } after)
                {
                    RowTable.Put(database, table, change.Id, after);
                    steps.On(key, after);
                }
                else
                {
                    RowTable.Remove(database, table, change.Id);
                }

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
    private static bool IsNews(StoredRow? row, Change change, ScopeState scope)
    {
        if (row?.Seq >= change.Seq)
        {
            return false;
        }

        var isElsewhere = row?.Scope is { } home && home != scope.No;
        return change.Kind switch
        {
            ChangeKind.Enter => true,
            ChangeKind.Set => !isElsewhere && (row is not null || IsWhole(change)),
            _ => !isElsewhere && row is not null,
        };
    }

    // A patch of a row that is not there is of one that is gone already: it was when the snapshot was read, and this comes from before.
    private static bool IsWhole(Change change) => change.Fields?.ContainsKey("created_at") == true;

    private static StoredRow? After(StoredRow? row, Change change, ScopeState scope, (DeviceId Id, long Life) device) => change.Kind switch
    {
        ChangeKind.Enter => After(row, new(change.Fields ?? NoFields, StringComparer.Ordinal), change, scope, device),
        ChangeKind.Set => After(row, Merged(row, change), change, scope, device),
        _ => null,
    };

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
