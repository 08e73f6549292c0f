using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads a table's workflow.</summary>
internal sealed class WorkflowReader(TableOutline table, Mistakes mistakes)
{
    private static readonly string[] Keys = ["field", "start", "order", "moves"];
    private static readonly string[] MoveKeys = ["from", "to", "roles"];

    private readonly string _path = $"{table.Name}.workflow";

    public Workflow? Read(Node node)
    {
        if (table.Kind == TableKind.Ledger)
        {
            mistakes.Add(node, _path, "a ledger's entries never move", "leave the workflow out, or make the table a record");
        }

        if (Section.Open(node, _path, mistakes, Keys) is not { } body || FindField(body) is not { } field)
        {
            return null;
        }

        var start = body.Word("start");
        CheckState(start, field.Values, body.Map, "start: STATE");
        var moves = body.Find("moves") is { } listed ? ReadMoves(listed, field.Values) : [];
        if (moves.Count == 0)
        {
            mistakes.Add(body.Map, _path, "the workflow has no moves", "write moves: [{ from: STATE, to: STATE, roles: [ROLE] }]");
        }

        return new Workflow(field.Name, start?.Text ?? "", ReadOrder(body, field.Values), moves);
    }

    private FieldOutline? FindField(Section body)
    {
        var word = body.Word("field");
        if (word is null)
        {
            mistakes.Add(body.Map, _path, "the workflow names no field", "write field: FIELD");
            return null;
        }

        if (!table.Fields.TryGetValue(word.Text, out var field))
        {
            var enums = table.Fields.Values.Where(one => one.Type == FieldType.Enum).Select(one => one.Name);
            mistakes.AddUnknown(word, _path, "field", [.. enums]);
            return null;
        }

        if (field.Type is not (null or FieldType.Enum))
        {
            mistakes.Add(word, _path, $"{word.Text} is no enum", "give it type: enum and its states as values");
            return null;
        }

        return field;
    }

    private void CheckState(Node.Word? state, IReadOnlyList<string> states, Node at, string missing)
    {
        if (state is null)
        {
            mistakes.Add(at, _path, "a state is missing", "write " + missing);
        }
        else if (!states.Contains(state.Text))
        {
            mistakes.AddUnknown(state, _path, "state", states);
        }
    }

    // Without an order, the values' own.
    private IReadOnlyList<string> ReadOrder(Section body, IReadOnlyList<string> states)
    {
        if (body.Words("order") is not { } order)
        {
            return states;
        }

        foreach (var word in order)
        {
            CheckState(word, states, word, "order: [STATE, STATE]");
        }

        var missing = states.Except(order.Select(word => word.Text)).ToList();
        if (missing.Count > 0)
        {
            mistakes.Add(body.Find("order")!, _path, $"the order lacks {string.Join(", ", missing)}", "list every state once");
        }

        return [.. order.Select(word => word.Text)];
    }

    private List<WorkflowMove> ReadMoves(Node node, IReadOnlyList<string> states)
    {
        var moves = new List<WorkflowMove>();
        foreach (var item in node is Node.List list ? list.Items : [node])
        {
            if (Section.Open(item, _path, mistakes, MoveKeys) is { } body)
            {
                moves.Add(ReadMove(body, states));
            }
        }

        return moves;
    }

    private WorkflowMove ReadMove(Section body, IReadOnlyList<string> states)
    {
        var from = body.Words("from") ?? [];
        if (from.Count == 0)
        {
            CheckState(null, states, body.Map, "from: STATE");
        }

        foreach (var state in from)
        {
            CheckState(state, states, state, "from: STATE");
        }

        var to = body.Word("to");
        CheckState(to, states, body.Map, "to: STATE");
        if (to is not null && from.Any(state => state.Text == to.Text))
        {
            mistakes.Add(to, _path, $"the move from {to.Text} to {to.Text} goes nowhere", "name another state");
        }

        if (!body.Has("roles"))
        {
            mistakes.Add(body.Map, _path, "the move does not say who may make it", "write roles: [ROLE] or roles: \"*\"");
        }

        var roles = AccessReader.RolesOf(body.Words("roles") ?? [], _path, mistakes);
        return new WorkflowMove([.. from.Select(state => state.Text)], to?.Text ?? "", roles);
    }
}
