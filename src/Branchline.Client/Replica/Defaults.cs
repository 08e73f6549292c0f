using Branchline.Client.Outgoing;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>What the node will fill in when it inserts a row: defaults, the workflow's start, the times.</summary>
internal static class Defaults
{
    public static Dictionary<string, FieldValue> Of(TableSchema? table, OutboxEntry entry)
    {
        var time = TimestampConverter.Format(DateTimeOffset.FromUnixTimeMilliseconds(entry.Mutation.At.Milliseconds));
        var fields = new Dictionary<string, FieldValue>(StringComparer.Ordinal)
        {
            ["created_at"] = FieldValue.Of(time),
            ["updated_at"] = FieldValue.Of(time),
        };
        foreach (var (name, field) in table?.Fields ?? new Dictionary<string, FieldSchema>())
        {
            if (!field.Default.IsNull)
            {
                fields[name] = Value(field, time);
            }
        }

        if (table?.Workflow is { } workflow)
        {
            fields[workflow.Field] = FieldValue.Of(workflow.Start);
        }

        return fields;
    }

    private static FieldValue Value(FieldSchema field, string time) => (field.Type, field.Default.AsText) switch
    {
        (FieldType.Timestamp, "now") => FieldValue.Of(time),
        (FieldType.Date, "today") => FieldValue.Of(time[..10]),
        _ => field.Default,
    };
}
