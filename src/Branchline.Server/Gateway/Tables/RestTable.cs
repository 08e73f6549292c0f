using System.Collections.Frozen;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;

namespace Branchline.Server.Gateway.Tables;

/// <summary>A member of a row as REST shows it: a declared field, or <c>id</c>, <c>created_at</c>, <c>updated_at</c>.</summary>
internal sealed record RestColumn(FieldSchema Field)
{
    public string Name => Field.Name;

    /// <summary>The name ready to be written.</summary>
    public JsonEncodedText Json { get; } = JsonEncodedText.Encode(Field.Name);

    public bool IsId => Name == RestTable.Id;
}

/// <summary>A declared table with what REST asks of it at every request, worked out once.</summary>
internal sealed class RestTable
{
    public const string Id = "id";
    public const string CreatedAt = "created_at";
    public const string UpdatedAt = "updated_at";

    private readonly FrozenDictionary<string, RestColumn> _columns;

    public RestTable(TableSchema schema)
    {
        Schema = schema;
        Route = schema.Name.Replace('_', '-');
        Columns =
        [
            new RestColumn(new FieldSchema { Name = Id, Type = FieldType.Ref, Label = "Id", Table = schema.Name }),
            .. schema.Fields.Values.Select(field => new RestColumn(field)),
            new RestColumn(new FieldSchema { Name = CreatedAt, Type = FieldType.Timestamp, Label = "Created" }),
            new RestColumn(new FieldSchema { Name = UpdatedAt, Type = FieldType.Timestamp, Label = "Updated" }),
        ];
        _columns = Columns.ToFrozenDictionary(column => column.Name, StringComparer.Ordinal);
        Names = _columns.GetAlternateLookup<ReadOnlySpan<char>>();
        HasSearch = schema.Fields.Values.Any(field => field.Search);
        Aliases = FindAliases(schema);
    }

    public TableSchema Schema { get; }

    public string Name => Schema.Name;

    /// <summary>The name as it stands in addresses: <c>stock-requests</c>.</summary>
    public string Route { get; }

    /// <summary>Every member of a row, in the order they are written.</summary>
    public IReadOnlyList<RestColumn> Columns { get; }

    /// <summary>Columns by a name that is not yet a string.</summary>
    public FrozenDictionary<string, RestColumn>.AlternateLookup<ReadOnlySpan<char>> Names { get; }

    /// <summary>Whether <c>?search=</c> has fields to look into.</summary>
    public bool HasSearch { get; }

    /// <summary>Whether scopes are named after its rows: the branches.</summary>
    public required bool GivesScopes { get; init; }

    /// <summary>Short parameter names that stand for a field: <c>branch</c>, <c>status</c>, <c>date</c>.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; }

    /// <summary>The column of that name or alias, or null.</summary>
    public RestColumn? Find(string name) =>
        _columns.GetValueOrDefault(name) ?? (Aliases.TryGetValue(name, out var target) ? _columns[target] : null);

    public bool MayRead(Identity identity) => Schema.Access.Read.Contains(identity.Role);

    /// <summary>The answer where a row is not, or is not for the caller: there is no telling which.</summary>
    public Problem Missing(string id) =>
        Problems.For(ErrorCodes.RowMissing, $"{Name} has no row \"{id}\"", $"GET /api/{Route} lists the rows there are") with { Table = Name };

    /// <summary>
    /// <c>date</c> is the field of that name; else the first field that defaults to <c>today</c> or <c>now</c>: when it happened;
    /// else the day the row was made.
    /// </summary>
    private static Dictionary<string, string> FindAliases(TableSchema schema)
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        if (schema.Fields.ContainsKey("branch_id"))
        {
            aliases["branch"] = "branch_id";
        }

        if (!schema.Fields.ContainsKey("status") && schema.Workflow is { } workflow)
        {
            aliases["status"] = workflow.Field;
        }

        if (!schema.Fields.ContainsKey("date"))
        {
            aliases["date"] = schema.Fields.Values.FirstOrDefault(SaysWhenItHappened)?.Name ?? CreatedAt;
        }

        return aliases;
    }

    private static bool SaysWhenItHappened(FieldSchema field) =>
        field.Type is FieldType.Date or FieldType.Timestamp && field.Default.AsText is "today" or "now";
}
