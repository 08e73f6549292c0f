using Branchline.Client.Replica;
using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Outgoing;

/// <summary>
/// Checks a mutation against the declared rules before anything of it is saved, as the node will. What only the node can know is left to
/// it: whether the row a ref names is there (another device may have made it a moment ago), what is unique, rules that are code.
/// </summary>
internal sealed class DraftChecks(LocalReplica replica, Clock clock)
{
    /// <summary>
    /// The draft with its values in the form of the wire. Throws <see cref="CheckException"/> for the first rule it breaks. A client that
    /// has never read the schema, or does not know its person's role yet, checks nothing.
    /// </summary>
    public async ValueTask<DraftContent> CheckAsync(DraftContent draft, CancellationToken cancellationToken)
    {
        if (replica.Schema is not { } schema || replica.Role is not { } role)
        {
            return draft;
        }

        var states = new Dictionary<RowKey, FieldValue?>();
        var writes = new List<RowWrite>(draft.Writes.Count);
        foreach (var write in draft.Writes)
        {
            var row = await RowBeforeAsync(schema, write, states, cancellationToken).ConfigureAwait(false);
            var filled = Receipts.Exemplify(write, draft);
            if (RowChecks.Check(schema, filled, row, role, clock.Now, out var fields) is { } error)
            {
                throw new CheckException(error);
            }

            Follow(schema, write, fields, states);
            writes.Add(Normal(write, filled, fields));
        }

        return draft with { Writes = writes };
    }

    /// <summary>Of the row as this mutation has left it so far, the one thing that a check looks at: where it stands in its workflow.</summary>
    private async ValueTask<Dictionary<string, FieldValue>?> RowBeforeAsync(
        BusinessSchema schema, RowWrite write, Dictionary<RowKey, FieldValue?> states, CancellationToken cancellationToken)
    {
        if (write.Kind != WriteKind.Update || schema.Tables.GetValueOrDefault(write.Table)?.Workflow is not { Field: var name }
            || !write.Fields.ContainsKey(name))
        {
            return null;
        }

        var key = new RowKey(write.Table, write.Id);
        if (!states.TryGetValue(key, out var state))
        {
            var row = await replica.FindAsync(key, cancellationToken).ConfigureAwait(false);
            state = row?.Fields.GetValueOrDefault(name);
        }

        return state is { } known ? new Dictionary<string, FieldValue>(StringComparer.Ordinal) { [name] = known } : null;
    }

    private static void Follow(
        BusinessSchema schema, RowWrite write, IReadOnlyDictionary<string, FieldValue> fields, Dictionary<RowKey, FieldValue?> states)
    {
        var key = new RowKey(write.Table, write.Id);
        if (write.Kind == WriteKind.Delete)
        {
            states[key] = null;
        }
        else if (schema.Tables[write.Table].Workflow is { Field: var name } && fields.TryGetValue(name, out var state))
        {
            states[key] = state;
        }
    }

    /// <summary>The write with what was given in another form than the wire's; what the schema fills in is left to the node.</summary>
    private static RowWrite Normal(RowWrite write, RowWrite filled, IReadOnlyDictionary<string, FieldValue> fields)
    {
        if (write.Kind == WriteKind.Delete || filled.Fields.All(field => fields.TryGetValue(field.Key, out var value) && value == field.Value))
        {
            return write;
        }

        return write with
        {
            Fields = write.Fields.Where(field => fields.ContainsKey(field.Key)).ToDictionary(
                field => field.Key,
                field => fields[field.Key] == filled.Fields[field.Key] ? field.Value : fields[field.Key],
                StringComparer.Ordinal),
        };
    }
}
