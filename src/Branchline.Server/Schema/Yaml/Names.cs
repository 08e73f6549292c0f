using System.Text.RegularExpressions;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Which names a schema may give.</summary>
internal static partial class Names
{
    /// <summary>Every role, in the order they are listed for <c>*</c>.</summary>
    public static readonly IReadOnlyList<string> Roles = ["admin", "manager", "cashier", "releasing"];

    // Words of the query string of /api/{table}.
    private static readonly string[] Parameters = ["search", "sort", "limit", "after", "fields", "token"];

    // Addresses below /api that are no tables, and what the node calls its own tables.
    private static readonly string[] Addresses = ["sync", "login", "logout", "me", "users", "tray", "conflicts", "flags", "schema_migrations"];

    public static void CheckTable(Node.Word name, Mistakes mistakes)
    {
        CheckForm(name, name.Text, mistakes);
        if (Addresses.Contains(name.Text) || name.Text.StartsWith("sqlite_", StringComparison.Ordinal))
        {
            mistakes.Add(name, name.Text, "this name belongs to the node", "take another name");
        }
    }

    public static void CheckField(Node.Word name, string path, Mistakes mistakes)
    {
        CheckForm(name, path, mistakes);
        if (TableSchema.KeptFields.Contains(name.Text))
        {
            mistakes.Add(name, path, "every table has this field", "leave it out");
        }
        else if (Parameters.Contains(name.Text))
        {
            mistakes.Add(name, path, "this name is a parameter of every list's address", "take another name");
        }
    }

    public static void CheckForm(Node.Word name, string path, Mistakes mistakes)
    {
        if (!Form().IsMatch(name.Text))
        {
            mistakes.Add(
                name, path, $"\"{name.Text}\" is not a name", "a name is a letter, then letters, digits and _, lower case, at most 40");
        }
    }

    /// <summary>The name in words, for screens: <c>cash_sessions</c> becomes <c>Cash sessions</c>.</summary>
    public static string InWords(string name)
    {
        var words = name.Replace('_', ' ').Trim();
        return words.Length == 0 ? name : char.ToUpperInvariant(words[0]) + words[1..];
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
