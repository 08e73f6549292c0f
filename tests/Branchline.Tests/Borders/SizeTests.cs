namespace Branchline.Tests.Borders;

/// <summary>Files stay small enough to read, and folders are named by what is in them.</summary>
public sealed class SizeTests
{
    private const int MostLines = 400;
    private const int MostReadmeLines = 40;

    private static readonly string[] Roots = ["src", "web", "tests", "bench"];
    private static readonly string[] Extensions = [".cs", ".ts", ".tsx", ".css", ".mjs", ".js"];
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "dist", "wwwroot", "generated", "coverage", "test-results"];

    private static readonly string[] EmptyNames =
        ["Services", "Models", "Helpers", "Common", "Utils", "Managers", "DTOs", "Interfaces"];

    [Fact]
    public void No_file_is_longer_than_400_lines() => Assert.Empty(
        from file in Folders().SelectMany(Directory.EnumerateFiles)
        where Extensions.Contains(Path.GetExtension(file)) && !Path.GetFileName(file).Contains(".g.", StringComparison.Ordinal)
        let lines = File.ReadLines(file).Count()
        where lines > MostLines
        select $"{Relative(file)} has {lines} lines");

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() => Assert.Empty(
        from folder in Folders()
        where EmptyNames.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase)
        select Relative(folder));

    [Fact]
    public void No_stage_takes_more_than_40_lines_to_explain() => Assert.Empty(
        from readme in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/Branchline.Server"), "README.md", SearchOption.AllDirectories)
        let lines = File.ReadLines(readme).Count()
        where lines > MostReadmeLines
        select $"{Relative(readme)} has {lines} lines");

    private static IEnumerable<string> Folders() =>
        Roots.Select(root => Path.Combine(Repository.Root, root)).Where(Directory.Exists).SelectMany(Below);

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateDirectories(folder)
            .Where(inner => !NotOurs.Contains(Path.GetFileName(inner)))
            .SelectMany(Below)
            .Prepend(folder);

    private static string Relative(string path) => Path.GetRelativePath(Repository.Root, path);
}
