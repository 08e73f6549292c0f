using System.Text.RegularExpressions;

namespace Branchline.Tests.Borders;

/// <summary>A stage uses only stages further along the path of the data.</summary>
public sealed partial class StageOrderTests
{
    private static readonly string[] Stages =
        ["Gateway", "Replication", "Monitor", "Access", "Mutations", "Fanout", "Feed", "Store", "Schema"];

    private static readonly string Server = Path.Combine(Repository.Root, "src/Branchline.Server");

    [Fact]
    public void No_stage_knows_a_stage_before_it() => Assert.Empty(Broken(Server));

    [Fact]
    public void Every_folder_of_the_server_is_a_stage() => Assert.Empty(
        Directory.EnumerateDirectories(Server).Select(Path.GetFileName).Except([.. Stages, "bin", "obj"]));

    private static IEnumerable<string> Broken(string serverFolder) =>
        from stage in Stages
        let folder = Path.Combine(serverFolder, stage)
        where Directory.Exists(folder)
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        from Match import in Import().Matches(File.ReadAllText(file))
        let target = Array.IndexOf(Stages, import.Groups[1].Value)
        where target >= 0 && target < Array.IndexOf(Stages, stage)
        select $"{stage}/{Path.GetFileName(file)} must not know {Stages[target]}";

    [GeneratedRegex(@"\busing (?:static )?Branchline\.Server\.(\w+)")]
    private static partial Regex Import();
}
