using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads who sees a table's rows.</summary>
internal sealed class ScopeReader(TableOutline table, SchemaOutline outline, Mistakes mistakes)
{
    private const string ThroughKey = "through";
    private const string Remedy = "write everyone, { branch: FIELD } or { user: FIELD }, with through: REF where the row follows another";

    public ScopeRule Read()
    {
        if (Declared(table) is not { } node)
        {
            return new ScopeRule(ScopeRule.Everyone);
        }

        if (Owner(node) is not { Value: Node.Word field } owner || Entries(node).Count > (Through(node) is null ? 1 : 2))
        {
            mistakes.Add(node, table.Name, "this is no scope", Remedy);
            return new ScopeRule(ScopeRule.Everyone);
        }

        CheckOwner(owner.Key, field);
        if (Through(node) is { } through)
        {
            CheckThrough(owner.Key, field, through);
        }

        return new ScopeRule(owner.Key.Text, field.Text, Through(node)?.Text);
    }

    private void CheckOwner(Node.Word kind, Node.Word field)
    {
        if (kind.Text is not (ScopeRule.Branch or ScopeRule.User))
        {
            mistakes.AddUnknown(kind, table.Name, "scope", [ScopeRule.Branch, ScopeRule.User]);
        }
        else if (!table.Fields.TryGetValue(field.Text, out var named))
        {
            mistakes.AddUnknown(field, table.Name, "scope field", [.. table.Fields.Keys]);
        }
        else if (!named.Required || named.Type is not (null or FieldType.Ref or FieldType.Text))
        {
            mistakes.Add(
                field, table.Name, $"the scope field {field.Text} is not a required ref or text",
                "give it type: ref or type: text, and required: true");
        }
    }

    private void CheckThrough(Node.Word kind, Node.Word field, Node.Word through)
    {
        if (table.Kind == TableKind.Ledger)
        {
            mistakes.Add(through, table.Name, "a ledger's entries never change, so they cannot follow another row", "leave through out");
        }
        else if (!table.Fields.TryGetValue(through.Text, out var reference))
        {
            mistakes.AddUnknown(through, table.Name, "field to be seen through", [.. table.Fields.Keys]);
        }
        else if (reference.Type is not (null or FieldType.Ref) || through.Text == field.Text || Parent(table) is not { } parent)
        {
            mistakes.Add(through, table.Name, $"{through.Text} names no row of another table", "name a ref to the table whose rows these follow");
        }
        else if (Declared(parent) is not { } above || Owner(above)?.Key.Text != kind.Text)
        {
            mistakes.Add(
                through, table.Name, $"{parent.Name} has another scope than {kind.Text}", $"give {parent.Name} a scope by {kind.Text}, or leave through out");
        }
        else if (IsCircle())
        {
            mistakes.Add(through, table.Name, "the rows would follow each other in a circle", "let one of the tables stand by its own field");
        }
    }

    private bool IsCircle()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = table; at is not null; at = Parent(at))
        {
            if (!seen.Add(at.Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The table whose rows those of this one follow.</summary>
    private TableOutline? Parent(TableOutline child) =>
        Declared(child) is { } node && Through(node) is { } through && child.Fields.TryGetValue(through.Text, out var reference)
            && reference.Body.Find("table") is Node.Word name && outline.Tables.TryGetValue(name.Text, out var parent)
                ? parent
                : null;

    /// <summary>What stands under <c>scope</c>; null for everyone.</summary>
    private static Node? Declared(TableOutline table) =>
        table.Body.Find("scope") is { } node and not Node.Word { Text: ScopeRule.Everyone } ? node : null;

    private static IReadOnlyList<Entry> Entries(Node node) => node is Node.Map map ? map.Entries : [];

    private static Entry? Owner(Node node) => Entries(node).FirstOrDefault(entry => entry.Key.Text != ThroughKey);

    private static Node.Word? Through(Node node) => (node as Node.Map)?.Find(ThroughKey) as Node.Word;
}
