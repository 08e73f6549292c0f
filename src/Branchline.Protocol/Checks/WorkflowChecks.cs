using Branchline.Protocol.Schema;

namespace Branchline.Protocol.Checks;

/// <summary>A row moves only along declared moves, by the roles that may make them.</summary>
internal static class WorkflowChecks
{
    /// <summary>
    /// Null when the write moves nothing or may move the row. A row may be born in a state other than the start by a role that may
    /// move rows into that state; so may a row whose state was empty.
    /// </summary>
    public static CheckError? Check(
        TableSchema table,
        WriteKind kind,
        IReadOnlyDictionary<string, FieldValue> fields,
        IReadOnlyDictionary<string, FieldValue>? existing,
        string role)
    {
        if (table.Workflow is not { } workflow || !fields.TryGetValue(workflow.Field, out var to))
        {
            return null;
        }

        if (kind == WriteKind.Insert)
        {
            return to.AsText == workflow.Start ? null : CheckEntry(table, workflow, to, role);
        }

        if (existing is null || !existing.TryGetValue(workflow.Field, out var from))
        {
            return null;
        }

        if (from == to)
        {
            return null;
        }

        return from.IsNull ? CheckEntry(table, workflow, to, role) : CheckMove(table, workflow, from, to, role);
    }

    private static CheckError? CheckMove(TableSchema table, Workflow workflow, FieldValue from, FieldValue to, string role)
    {
        WorkflowMove? move = null;
        foreach (var candidate in workflow.Moves)
        {
            if (candidate.To != to.AsText || !candidate.From.Contains(from.AsText!))
            {
                continue;
            }

            if (candidate.Roles.Contains(role))
            {
                return null;
            }

            move = candidate;
        }

        return move is null
            ? IllegalMove(table, workflow, from, to)
            : new CheckError(
                ErrorCodes.MoveNotAllowed, $"The role {role} may not move {table.Label.ToLowerInvariant()} from {from} to {to}",
                table.Name, workflow.Field, $"Ask {string.Join(" or ", move.Roles)}");
    }

    private static CheckError IllegalMove(TableSchema table, Workflow workflow, FieldValue from, FieldValue to)
    {
        var next = workflow.Moves.Where(move => move.From.Contains(from.AsText!)).Select(move => move.To).Distinct().ToList();
        return new CheckError(
            ErrorCodes.IllegalMove, $"{table.Label} cannot go from {from} to {to}", table.Name, workflow.Field,
            next.Count == 0 ? "It stays where it is" : $"Move it to {string.Join(" or ", next)}");
    }

    private static CheckError? CheckEntry(TableSchema table, Workflow workflow, FieldValue to, string role)
    {
        var moves = workflow.Moves.Where(move => move.To == to.AsText).ToList();
        if (moves.Any(move => move.Roles.Contains(role)))
        {
            return null;
        }

        return moves.Count == 0
            ? new CheckError(
                ErrorCodes.IllegalMove, $"{table.Label} cannot begin as {to}", table.Name, workflow.Field,
                $"Begin with {workflow.Start}")
            : new CheckError(
                ErrorCodes.MoveNotAllowed, $"The role {role} may not begin {table.Label.ToLowerInvariant()} as {to}", table.Name,
                workflow.Field, $"Begin with {workflow.Start}, or ask {string.Join(" or ", moves.SelectMany(move => move.Roles).Distinct())}");
    }
}
