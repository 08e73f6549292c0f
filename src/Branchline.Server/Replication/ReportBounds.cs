using Branchline.Protocol;

namespace Branchline.Server.Replication;

/// <summary>
/// Keeps reports small and finite: so many nodes deep, so many in all, texts of a sensible length, and no node below itself. The ids from the top down to a
/// report are the nodes that it passed through; where one of them comes again, the tree ends.
/// </summary>
internal sealed class ReportBounds
{
    public const int MostDepth = 8;
    public const int MostNodes = 1000;

    private const int MostLines = 50;
    private const int LongestName = 120;
    private const int LongestText = 500;

    private readonly HashSet<string> _passed = new(StringComparer.Ordinal);
    private int _nodes;

    private ReportBounds(string node) => _passed.Add(node);

    /// <summary>The branches of this node with what each reported, cut where it must end.</summary>
    public static IReadOnlyList<ReportedBranch> Cut(string node, IReadOnlyList<ReportedBranch> branches) => new ReportBounds(node).Cut(branches, 1);

    private List<ReportedBranch> Cut(IReadOnlyList<ReportedBranch> branches, int depth)
    {
        var kept = new List<ReportedBranch>();
        foreach (var branch in branches)
        {
            if (_nodes >= MostNodes)
            {
                break;
            }

            _nodes++;
            kept.Add(Cut(branch, depth));
        }

        return kept;
    }

    private ReportedBranch Cut(ReportedBranch branch, int depth)
    {
        var line = branch with { Name = Short(branch.Name, LongestName), State = Short(branch.State, LongestName), Contact = Short(branch.Contact, LongestName) };
        if (branch.Report is not { } report)
        {
            return line;
        }

        if (depth > MostDepth || _nodes >= MostNodes)
        {
            return line with { Report = null, Cut = depth > MostDepth ? "depth" : "count" };
        }

        var node = Short(report.Node, LongestName);
        if (!_passed.Add(node))
        {
            return line with { Report = null, Cut = "ring" };
        }

        var cut = Short(report) with { Node = node, Branches = Cut(report.Branches, depth + 1) };
        _passed.Remove(node);
        return line with { Report = cut };
    }

    private static BranchReport Short(BranchReport report) => report with
    {
        Version = Short(report.Version, LongestName),
        Schema = Short(report.Schema, LongestName),
        Host = report.Host is { } host ? Short(host, LongestName) : null,
        Lanes = [.. report.Lanes.Take(MostLines).Select(lane => lane with { Name = Short(lane.Name, LongestName) })],
        Errors = report.Errors.Where(error => error.Value is not null).Take(MostLines)
            .ToDictionary(error => Short(error.Key, LongestName), error => Short(error.Value, LongestText), StringComparer.Ordinal),
        Rounds = [.. report.Rounds.Take(MostLines).Select(round => round with { Id = Short(round.Id, LongestName), Error = round.Error is { } error ? Short(error, LongestText) : null })],
    };

    private static string Short(string text, int longest) => text.Length <= longest ? text : text[..longest] + "…";
}
