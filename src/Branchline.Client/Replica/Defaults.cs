using Branchline.Client.Outgoing;
using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Replica;

/// <summary>What the node will fill in when it inserts a row: defaults, the workflow's start, the times.</summary>
internal static class Defaults
{
    public static Dictionary<string, FieldValue> Of(TableSchema? table, OutboxEntry entry)
    {
        var moment = DateTimeOffset.FromUnixTimeMilliseconds(entry.Mutation.At.Milliseconds);
        var time = TimestampConverter.Format(moment);
        var fields = new Dictionary<string, FieldValue>(StringComparer.Ordinal)
        {
            ["created_at"] = FieldValue.Of(time),
            ["updated_at"] = FieldValue.Of(time),
        };
        foreach (var (name, field) in table?.Fields ?? new Dictionary<string, FieldSchema>())
        {
            if (!field.Default.IsNull)
            {
                fields[name] = FieldDefaults.At(field, moment);
            }
        }

        if (table?.Workflow is { } workflow)
        {
            fields[workflow.Field] = FieldValue.Of(workflow.Start);
        }

        return fields;
    }
}
