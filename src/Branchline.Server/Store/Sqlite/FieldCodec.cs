using System.Diagnostics;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>Between a field's value and its column. Decimals lie as whole numbers of their smallest digit, so they sort and add exactly.</summary>
internal static class FieldCodec
{
    private static readonly decimal[] Powers = [1m, 10m, 100m, 1_000m, 10_000m, 100_000m, 1_000_000m, 10_000_000m, 100_000_000m];

    public static void Bind(Statement statement, int index, Column column, FieldValue value)
    {
        if (column.Type == FieldType.Json && !value.IsNull)
        {
            statement.Bind(index, value.AsJson ?? JsonSerializer.Serialize(value, ProtocolJson.Default.FieldValue));
            return;
        }

        switch (value.Kind)
        {
            case FieldValueKind.Null:
                statement.BindNull(index);
                break;
            case FieldValueKind.Boolean:
                statement.Bind(index, value.AsBoolean!.Value ? 1 : 0);
                break;
            case FieldValueKind.Integer when column.Type != FieldType.Decimal:
                statement.Bind(index, value.AsInteger!.Value);
                break;
            case FieldValueKind.Integer or FieldValueKind.Decimal:
                statement.Bind(index, decimal.ToInt64(value.AsDecimal!.Value * Powers[column.Scale]));
                break;
            case FieldValueKind.Text:
                statement.Bind(index, value.AsText);
                break;
            default:
                throw new UnreachableException();
        }
    }

    public static FieldValue Read(Statement statement, int index, Column column)
    {
        if (statement.IsNull(index))
        {
            return FieldValue.Null;
        }

        return column.Type switch
        {
            FieldType.Integer or FieldType.Money => FieldValue.Of(statement.Integer(index)),
            FieldType.Boolean => FieldValue.Of(statement.Integer(index) != 0),
            FieldType.Decimal => FieldValue.Of(statement.Integer(index) / Powers[column.Scale]),
            FieldType.Json => ParseJson(statement.Utf8(index)),
            _ => FieldValue.Of(statement.Text(index)),
        };
    }

    /// <summary>Writes the column as JSON without making a value of it.</summary>
    public static void Write(Utf8JsonWriter writer, Statement statement, int index, Column column)
    {
        if (statement.IsNull(index))
        {
            writer.WriteNullValue();
            return;
        }

        switch (column.Type)
        {
            case FieldType.Integer or FieldType.Money:
                writer.WriteNumberValue(statement.Integer(index));
                break;
            case FieldType.Boolean:
                writer.WriteBooleanValue(statement.Integer(index) != 0);
                break;
            case FieldType.Decimal:
                writer.WriteNumberValue(statement.Integer(index) / Powers[column.Scale]);
                break;
            case FieldType.Json:
                writer.WriteRawValue(statement.Utf8(index), skipInputValidation: true);
                break;
            default:
                writer.WriteStringValue(statement.Utf8(index));
                break;
        }
    }

    private static FieldValue ParseJson(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        return JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.FieldValue);
    }
}
