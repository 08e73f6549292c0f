using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads one table and fills in its defaults.</summary>
internal sealed class TableReader(TableOutline table, SchemaOutline outline, Mistakes mistakes)
{
    public static readonly string[] Keys =
        ["label", "kind", "document", "scope", "title", "unique", "fields", "access", "workflow", "events"];

    private readonly Section _body = table.Body;

    public TableSchema Read()
    {
        var scope = new ScopeReader(table, outline, mistakes).Read();
        var workflow = _body.Find("workflow") is { } flow ? new WorkflowReader(table, mistakes).Read(flow) : null;
        var fields = ReadFields(scope, workflow);
        CheckGroups(fields);
        return new TableSchema
        {
            Name = table.Name,
            Feature = table.Feature,
            Label = _body.Text("label") ?? Names.InWords(table.Name),
            Kind = table.Kind,
            Document = _body.Flag("document"),
            Scope = scope,
            Title = ReadTitle(),
            Unique = new UniqueReader(table, mistakes).Read(),
            Fields = fields,
            Access = new AccessReader(table, mistakes).Read(),
            Workflow = workflow,
            Events = new EventReader(table, workflow, mistakes).Read(),
        };
    }

    private Dictionary<string, FieldSchema> ReadFields(ScopeRule scope, Workflow? workflow)
    {
        var fields = new Dictionary<string, FieldSchema>(StringComparer.Ordinal);
        foreach (var outlined in table.Fields.Values)
        {
            if (outlined.Type is not { } type)
            {
                continue;
            }

            CheckLedgerField(outlined);
            var field = new FieldReader(table, outlined, type, outline, mistakes).Read();
            if (field.Name == workflow?.Field)
            {
                field = WithStart(field, workflow);
            }

            fields[field.Name] = field.Name == scope.Field || field.Name == workflow?.Field ? field with { Index = true } : field;
        }

        return fields;
    }

    private void CheckLedgerField(FieldOutline field)
    {
        foreach (var key in (string[])["merge", "group", "sum"])
        {
            if (table.Kind == TableKind.Ledger && field.Body.Find(key) is { } node)
            {
                mistakes.Add(node, field.Body.Path, $"a ledger's entries never change, so {key} means nothing", "leave it out");
            }
        }
    }

    // A row is born at the start of its workflow.
    private FieldSchema WithStart(FieldSchema field, Workflow workflow)
    {
        if (!field.Default.IsNull && field.Default.AsText != workflow.Start)
        {
            mistakes.Add(
                table.Fields[field.Name].Body.Find("default")!, $"{table.Name}.{field.Name}",
                $"the default {field.Default} is not the workflow's start", $"write default: {workflow.Start} or leave it out");
        }

        return field with { Default = FieldValue.Of(workflow.Start) };
    }

    private void CheckGroups(Dictionary<string, FieldSchema> fields)
    {
        foreach (var group in fields.Values.Where(field => field.Group is not null).GroupBy(field => field.Group))
        {
            var first = group.First();
            foreach (var other in group.Where(field => field.Merge != first.Merge))
            {
                mistakes.Add(
                    table.Fields[other.Name].At, $"{table.Name}.{other.Name}",
                    $"its merge policy is not that of {first.Name}, but both are of group {group.Key}", "give a group's fields one policy");
            }
        }
    }

    private string? ReadTitle()
    {
        var title = _body.Word("title");
        if (title is null)
        {
            return table.Fields.Values.FirstOrDefault(field => field.Type == FieldType.Text)?.Name;
        }

        if (!table.Fields.ContainsKey(title.Text))
        {
            mistakes.AddUnknown(title, table.Name, "title field", [.. table.Fields.Keys]);
        }

        return title.Text;
    }
}
