using System.Text.RegularExpressions;

namespace Branchline.Tests.Borders;

/// <summary>The documents name what is there.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Roots = ["docs", "src", "web/sdk", "web/merchant", "web/e2e", "bench", "tests"];

    [Fact]
    public void Every_link_in_a_document_leads_somewhere() => Assert.Empty(
        from document in Documents()
        from Match link in Link().Matches(File.ReadAllText(document))
        let target = link.Groups[1].Value
        where !target.Contains("://", StringComparison.Ordinal)
        let path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, target))
        where !File.Exists(path) && !Directory.Exists(path)
        select $"{Path.GetRelativePath(Repository.Root, document)} names {target}, which is not there");

    [Fact]
    public void The_life_of_one_sale_names_one_file_in_each_of_ten_steps()
    {
        var concepts = File.ReadAllText(Path.Combine(Repository.Root, "docs/concepts.md"));
        var story = concepts[concepts.IndexOf("## The life of one sale", StringComparison.Ordinal)..concepts.IndexOf("## What always holds", StringComparison.Ordinal)];

        var steps = Step().Matches(story);

        Assert.Equal(10, steps.Count);
        Assert.All(steps, step => Assert.Single(Link().Matches(step.Value)));
    }

    [Fact]
    public void Every_stage_says_what_comes_in_and_what_goes_out() => Assert.Empty(
        from stage in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src/Branchline.Server"))
        let name = Path.GetFileName(stage)
        where name is not ("bin" or "obj" or "Gateway")
        where !File.Exists(Path.Combine(stage, "README.md"))
        select $"{name} has no README.md");

    private static IEnumerable<string> Documents() =>
        Roots.Select(root => Path.Combine(Repository.Root, root)).Where(Directory.Exists)
            .SelectMany(root => Directory.EnumerateFiles(root, "*.md", SearchOption.AllDirectories))
            .Where(path => !path.Contains("node_modules", StringComparison.Ordinal) && !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"));

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\d+\. .*$", RegexOptions.Multiline)]
    private static partial Regex Step();
}
