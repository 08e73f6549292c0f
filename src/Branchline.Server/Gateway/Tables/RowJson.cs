using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Store;

namespace Branchline.Server.Gateway.Tables;

/// <summary>Rows as REST answers them: id, the fields in the order declared, created_at, updated_at.</summary>
internal static class RowJson
{
    /// <summary>Letters of every script stay as they are; the answers are JSON and never part of a page.</summary>
    public static JsonWriterOptions Options { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static void Write(Utf8JsonWriter json, StoredRow row, IReadOnlyList<RestColumn> columns)
    {
        json.WriteStartObject();
        foreach (var column in columns)
        {
            if (column.IsId)
            {
                json.WriteString(column.Json, row.Id);
                continue;
            }

            json.WritePropertyName(column.Json);
            FieldValueConverter.WriteValue(json, row.Fields.GetValueOrDefault(column.Name));
        }

        json.WriteEndObject();
    }
}
