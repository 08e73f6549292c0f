using System.Net;
using System.Text.Json.Nodes;
using Branchline.Protocol.Schema;
using Branchline.Server.Gateway.Tables;

namespace Branchline.Tests.Gateway.Tables;

/// <summary>Rows that every declared check accepts, made from the schema alone; rows they refer to are added when needed.</summary>
internal sealed class SampleRows(RestShop shop)
{
    private int _number;

    /// <summary>A row with everything required and one value of every other type, refs aside.</summary>
    public async Task<JsonObject> NewAsync(RestTable table)
    {
        var row = new JsonObject();
        foreach (var field in table.Schema.Fields.Values.Where(IsSent))
        {
            row[field.Name] = field.Type == FieldType.Ref ? (await ReferAsync(field.Table!)).ToString() : Value(field);
        }

        return row;

        bool IsSent(FieldSchema field) =>
            field.Sum is null && field.Merge != MergePolicy.ServerOnly && field.Name != table.Schema.Workflow?.Field
            && (field.Required || field.Type is FieldType.Text or FieldType.Date or FieldType.Timestamp or FieldType.Boolean);
    }

    /// <summary>Another value than <see cref="NewAsync"/> gave, of a text that may be changed; null when the table has none.</summary>
    public (string Name, JsonNode Value)? Change(RestTable table) =>
        table.Schema.Fields.Values.FirstOrDefault(field => field is { Type: FieldType.Text, Merge: MergePolicy.LastWriter, Unique: false }) is { } text
            ? (text.Name, Value(text))
            : null;

    /// <summary>The branch is North; any other row is made anew, for it may be unique to who refers to it.</summary>
    private async Task<Guid> ReferAsync(string name)
    {
        if (name == "branches")
        {
            return shop.North;
        }

        var table = Shop.Table(name);
        return (await shop.Admin.PostAsync($"/api/{table.Route}", await NewAsync(table))).Must(HttpStatusCode.Created).Id;
    }

    private JsonNode Value(FieldSchema field)
    {
        var number = ++_number;
        return field.Type switch
        {
            FieldType.Text => Short($"{number} {field.Label}", (int)(field.Max ?? 2000)),
            FieldType.Integer or FieldType.Money => (long)(field.Min ?? 0) + 1,
            FieldType.Decimal => (double)(field.Min ?? 0) + 0.5,
            FieldType.Boolean => true,
            FieldType.Date => "2026-11-21",
            FieldType.Timestamp => "2026-11-21T08:00:00.000Z",
            FieldType.Enum => field.Values![0],
            FieldType.File => "picture.png",
            _ => new JsonArray("a"),
        };
    }

    private static string Short(string text, int longest) => text.Length <= longest ? text : text[..longest].TrimEnd();
}
