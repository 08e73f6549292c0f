using System.CommandLine;
using System.Text.Json;

namespace Branchline.Cli;

/// <summary><c>branchline compare</c>: whether what a running node keeps the sum of is what its rows come to.</summary>
internal static class CompareVerb
{
    private static readonly Argument<string?> Url = new("url")
    {
        Description = "Where the running node is reached, when not where it says.",
        DefaultValueFactory = _ => null,
    };

    private static readonly Option<bool> Fix = new("--fix") { Description = "Put wrong checksums right. Sums of ledgers are only told." };

    public static Command Create()
    {
        var verb = new Command("compare", "Count every checksum and every sum of a ledger from the rows, and tell which are kept otherwise.") { Url, Fix, ControlClient.Data };
        verb.SetAction(CompareAsync);
        return verb;
    }

    private static async Task<int> CompareAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed, parsed.GetValue(Url));
        var answer = await node.SendAsync(HttpMethod.Post, "api/compare" + (parsed.GetValue(Fix) ? "?fix=true" : ""), null, cancellationToken);
        var (checksums, sums) = (answer.GetProperty("wrongChecksums"), answer.GetProperty("wrongSums"));
        Console.WriteLine($"{answer.GetProperty("checksums")} checksums and {answer.GetProperty("sums")} sums of ledgers counted.");
        Show(checksums, ["Scope", "Table", "Kept", "Counted"], ["scope", "table", "kept", "counted"]);
        Show(sums, ["Table", "Row", "Field", "Kept", "Counted"], ["table", "id", "field", "kept", "counted"]);
        var isFixed = answer.GetProperty("fixed").GetBoolean();
        Console.WriteLine(
            (checksums.GetArrayLength(), sums.GetArrayLength()) switch
            {
                (0, 0) => "Everything is equal.",
                (_, 0) when isFixed => "The checksums are right now.",
                (_, 0) => "Rows were not touched; --fix puts the checksums right.",
                _ => "A sum that is not its ledger's stays as it is until somebody has looked at it.",
            });
        return sums.GetArrayLength() == 0 && (checksums.GetArrayLength() == 0 || isFixed) ? 0 : 1;
    }

    private static void Show(JsonElement wrong, string[] head, string[] members)
    {
        if (wrong.GetArrayLength() > 0)
        {
            Screen.ShowTable(head, wrong.EnumerateArray().Select(one => members.Select(member => one.GetProperty(member).ToString()).ToArray()));
        }
    }
}
