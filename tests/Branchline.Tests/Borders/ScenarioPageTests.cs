using System.Text.RegularExpressions;

namespace Branchline.Tests.Borders;

/// <summary>docs/reference/scenarios.md names tests that are there.</summary>
public sealed partial class ScenarioPageTests
{
    [Fact]
    public void Every_test_that_the_page_names_is_there()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/reference/scenarios.md"));
        var classes = Read("tests", "*Tests.cs").ToLookup(file => file.Name, file => file.Text, StringComparer.Ordinal);
        var titles = string.Concat(Read("web/sdk/test", "*.test.ts").Select(file => file.Text));
        var named = Names().Matches(page).Select(match => match.Groups[1].Value).Distinct().ToList();

        var missing = named.Where(name => name.StartsWith('"')
            ? !titles.Contains($"'{name.Trim('"')}'", StringComparison.Ordinal)
            : !classes[name.Split('.')[0]].Any(text => text.Contains($" {name.Split('.')[1]}(", StringComparison.Ordinal)));

        Assert.True(named.Count > 60);
        Assert.Empty(missing);
    }

    private static IEnumerable<(string Name, string Text)> Read(string folder, string pattern) =>
        from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("node_modules", StringComparison.Ordinal)
        select (Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));

    [GeneratedRegex("""`("[^`]+"|[A-Z]\w+Tests\.\w+)`""")]
    private static partial Regex Names();
}
