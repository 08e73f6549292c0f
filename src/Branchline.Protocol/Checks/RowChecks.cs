using Branchline.Protocol.Schema;

namespace Branchline.Protocol.Checks;

/// <summary>
/// Checks a whole write against what is declared, in this order: table, ledger, document, role, fields, workflow.
/// The first objection counts. The node asks before it writes, a .NET client before it saves; the browser does the same in its own words, and
/// protocol/sync/checks.json keeps them honest.
/// </summary>
internal static class RowChecks
{
    /// <summary>The role that may do everything but write sums.</summary>
    private const string Node = "node";

    private const string Id = "id";

    private static readonly Dictionary<string, FieldValue> NoFields = [];

    /// <summary>
    /// Null when the write will do; <paramref name="fields"/> is then what to write: values in the form of the wire and, for an insert,
    /// the defaults of fields it does not name. <paramref name="existing"/> is the row as it stands, or null.
    /// </summary>
    public static CheckError? Check(
        BusinessSchema schema,
        RowWrite write,
        IReadOnlyDictionary<string, FieldValue>? existing,
        string role,
        DateTimeOffset now,
        out IReadOnlyDictionary<string, FieldValue> fields)
    {
        fields = write.Kind == WriteKind.Delete ? NoFields : write.Fields;
        if (!schema.Tables.TryGetValue(write.Table, out var table))
        {
            return new CheckError(
                ErrorCodes.UnknownTable, $"There is no table {write.Table}", write.Table, null, "Use a table of the schema");
        }

        var error = CheckKind(table, write.Kind) ?? CheckRole(table, write.Kind, role);
        if (error is not null || write.Kind == WriteKind.Delete)
        {
            return error;
        }

        error = CheckFields(table, write, role, out var changed);
        if (error is null && write.Kind == WriteKind.Insert)
        {
            changed ??= new Dictionary<string, FieldValue>(write.Fields, StringComparer.Ordinal);
            error = FillDefaults(table, now, changed);
        }

        fields = changed ?? fields;
        return error ?? (role == Node ? null : WorkflowChecks.Check(table, write.Kind, fields, existing, role));
    }

    private static CheckError? CheckKind(TableSchema table, WriteKind kind)
    {
        if (table.Kind == TableKind.Ledger && kind != WriteKind.Insert)
        {
            return new CheckError(
                ErrorCodes.LedgerImmutable, $"{table.Label} is a ledger: its entries stay as they are", table.Name, null,
                "Add an entry that counters it");
        }

        return table.Document && kind == WriteKind.Delete
            ? new CheckError(
                ErrorCodes.DocumentDelete, $"{table.Label} are documents of record and stay", table.Name, null, "Void it instead")
            : null;
    }

    private static CheckError? CheckRole(TableSchema table, WriteKind kind, string role)
    {
        var (action, roles) = kind switch
        {
            WriteKind.Insert => ("create", table.Access.Create),
            WriteKind.Update => ("update", table.Access.Update),
            _ => ("delete", table.Access.Delete),
        };
        return role == Node || roles.Contains(role)
            ? null
            : new CheckError(
                ErrorCodes.AccessDenied, $"The role {role} may not {action} {table.Label.ToLowerInvariant()}", table.Name, null,
                roles.Count == 0 ? "Nobody may" : $"Ask {string.Join(" or ", roles)}");
    }

    /// <summary>The fields are copied only when one of them must be brought to the form of the wire.</summary>
    private static CheckError? CheckFields(TableSchema table, RowWrite write, string role, out Dictionary<string, FieldValue>? changed)
    {
        changed = null;
        foreach (var (name, value) in write.Fields)
        {
            if (!table.Fields.TryGetValue(name, out var field))
            {
                if (name != Id || !IsOwnId(write, value))
                {
                    return Undeclared(table, name);
                }

                changed ??= new Dictionary<string, FieldValue>(write.Fields, StringComparer.Ordinal);
                changed.Remove(Id);
                continue;
            }

            if (field.Sum is not null || (field.Merge == MergePolicy.ServerOnly && role != Node))
            {
                return KeptByNode(table, name);
            }

            if (FieldChecks.Check(table.Name, field, value, out var normal) is { } error)
            {
                return error;
            }

            if (normal != value)
            {
                changed ??= new Dictionary<string, FieldValue>(write.Fields, StringComparer.Ordinal);
                changed[name] = normal;
            }
        }

        return null;
    }

    private static bool IsOwnId(RowWrite write, FieldValue value) => Guid.TryParse(value.AsText, out var id) && id == write.Id;

    private static CheckError Undeclared(TableSchema table, string name) =>
        TableSchema.KeptFields.Contains(name)
            ? KeptByNode(table, name)
            : new CheckError(
                ErrorCodes.UnknownField, $"{table.Name} has no field {name}", table.Name, name,
                Nearest.To(name, table.Fields.Keys) is { } nearest ? $"Did you mean {nearest}?" : "Use a field of the schema");

    private static CheckError KeptByNode(TableSchema table, string name) =>
        new(ErrorCodes.ReadOnlyField, $"{table.Name}.{name} is kept by the node", table.Name, name, $"Leave {name} out");

    private static CheckError? FillDefaults(TableSchema table, DateTimeOffset now, Dictionary<string, FieldValue> fields)
    {
        foreach (var field in table.Fields.Values)
        {
            if (field.Sum is not null || fields.ContainsKey(field.Name))
            {
                continue;
            }

            if (!field.Default.IsNull)
            {
                fields.Add(field.Name, FieldDefaults.At(field, now));
            }
            else if (field.Required)
            {
                return FieldChecks.Check(table.Name, field, FieldValue.Null, out _);
            }
        }

        return null;
    }
}
