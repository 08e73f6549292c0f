namespace Branchline.Cli.Types;

/// <summary>What tables and fields are called in programs.</summary>
internal static class TypeNames
{
    /// <summary>A type for each table, no two alike: <c>sale_lines</c> is <c>SaleLine</c>.</summary>
    public static IReadOnlyDictionary<string, string> OfTables(IEnumerable<string> tables)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in tables.Order(StringComparer.Ordinal))
        {
            var name = Pascal(Singular(table));
            names[table] = names.ContainsValue(name) ? Pascal(table) + "Row" : name;
        }

        return names;
    }

    /// <summary><c>low_stock_at</c> is <c>LowStockAt</c>.</summary>
    public static string Pascal(string name) => string.Concat(
        name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static string Singular(string table) => table switch
    {
        _ when Ends(table, "ies") => table[..^3] + "y",
        _ when Ends(table, "ches") || Ends(table, "shes") || Ends(table, "sses") || Ends(table, "xes") || Ends(table, "uses") => table[..^2],
        _ when Ends(table, "s") && !Ends(table, "ss") => table[..^1],
        _ => table,
    };

    private static bool Ends(string text, string end) => text.Length > end.Length && text.EndsWith(end, StringComparison.Ordinal);
}
