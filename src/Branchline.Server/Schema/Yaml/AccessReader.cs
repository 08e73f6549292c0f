using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads who may do what: reading is open to every role, the rest to admin, where nothing is said.</summary>
internal sealed class AccessReader(TableOutline table, Mistakes mistakes)
{
    private const string Everyone = "*";

    private static readonly string[] Keys = ["read", "create", "update", "delete"];
    private static readonly string[] Admin = ["admin"];

    public AccessRule Read()
    {
        var path = $"{table.Name}.access";
        var body = table.Body.Find("access") is { } node ? Section.Open(node, path, mistakes, Keys) : null;
        var isLedger = table.Kind == TableKind.Ledger;
        var isDocument = table.Body.Find("document") is Node.Word { Text: "true" };
        var isKept = table.Fields.Values.Any(field => IsKept(field.Body.Find("sum")));
        RefuseWhen(isLedger, "update", "a ledger's entries are never changed", body);
        RefuseWhen(isLedger, "delete", "a ledger's entries are never deleted", body);
        RefuseWhen(isDocument && !isLedger, "delete", "a document of record is voided, never deleted", body);
        RefuseWhen(isKept && !isDocument && !isLedger, "delete", "the node makes and keeps these rows by their ledger", body);
        return new AccessRule(
            Roles("read", body, Names.Roles),
            Roles("create", body, Admin),
            Roles("update", body, isLedger ? [] : Admin),
            Roles("delete", body, isLedger || isDocument || isKept ? [] : Admin));
    }

    /// <summary>Role names as listed; <c>*</c> is every role. A role that does not exist becomes a mistake.</summary>
    public static IReadOnlyList<string> RolesOf(IReadOnlyList<Node.Word> words, string path, Mistakes mistakes)
    {
        if (words is [{ Text: Everyone }])
        {
            return Names.Roles;
        }

        foreach (var word in words.Where(word => !Names.Roles.Contains(word.Text)))
        {
            mistakes.AddUnknown(word, path, "role", [.. Names.Roles, Everyone]);
        }

        return [.. words.Select(word => word.Text)];
    }

    /// <summary>A sum that makes its row for an entry that finds none.</summary>
    private static bool IsKept(Node? sum) =>
        sum is Node.Map map && map.Entries.Any(entry => entry is { Key.Text: "create", Value: Node.Word { Text: "true" } });

    private IReadOnlyList<string> Roles(string action, Section? body, IReadOnlyList<string> otherwise) =>
        body?.Words(action) is { } words ? RolesOf(words, $"{table.Name}.access.{action}", mistakes) : otherwise;

    private void RefuseWhen(bool impossible, string action, string cause, Section? body)
    {
        if (impossible && body?.Find(action) is { } node and not Node.List { Items.Count: 0 })
        {
            mistakes.Add(node, $"{table.Name}.access.{action}", cause, "leave it out");
        }
    }
}
