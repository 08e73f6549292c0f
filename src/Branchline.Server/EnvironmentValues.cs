using System.Collections;

namespace Branchline.Server;

/// <summary>
/// Settings from outside the program. Later ones win: <c>.env</c> in the data directory, <c>.env</c> in the working
/// directory, the process's environment. <c>Branchline__Access__Origins__0</c> is read as <c>Branchline:Access:Origins:0</c>.
/// </summary>
public static class EnvironmentValues
{
    /// <summary>Everything that is set, by name; names are compared without case.</summary>
    public static Dictionary<string, string?> Read(string dataDirectory)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var directory in new[] { dataDirectory, Directory.GetCurrentDirectory() })
        {
            var file = Path.Combine(directory, ".env");
            if (File.Exists(file))
            {
                foreach (var (name, value) in Parse(File.ReadLines(file)))
                {
                    values[name] = value;
                }
            }
        }

        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            values[Name((string)entry.Key)] = (string?)entry.Value;
        }

        return values;
    }

    /// <summary>The lines <c>NAME=value</c> of a .env file: comments, <c>export</c>, single and double quotes as usual.</summary>
    public static IEnumerable<(string Name, string Value)> Parse(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var text = line.Trim();
            text = text.StartsWith("export ", StringComparison.Ordinal) ? text[7..].TrimStart() : text;
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && text[0] != '#')
            {
                yield return (Name(text[..equals].TrimEnd()), Unquote(text[(equals + 1)..].Trim()));
            }
        }
    }

    private static string Name(string name) => name.Replace("__", ":", StringComparison.Ordinal);

    private static string Unquote(string value)
    {
        if (value.Length > 1 && value[0] is '"' or '\'' && value.IndexOf(value[0], 1) is > 0 and var end)
        {
            return value[1..end];
        }

        var comment = value.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? value : value[..comment].TrimEnd();
    }
}
