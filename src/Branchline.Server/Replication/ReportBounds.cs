using Branchline.Protocol;

namespace Branchline.Server.Replication;

/// <summary>
/// Keeps reports small and finite: so many nodes deep, so many in all, texts, numbers and times that can be shown, and no node below itself. The ids from the top down to a
/// report are the nodes that it passed through; where one of them comes again, the tree ends.
/// </summary>
internal sealed class ReportBounds
{
    public const int MostDepth = 8;
    public const int MostNodes = 1000;

    private const int MostLines = 50;
    private const int LongestName = 120;
    private const int LongestText = 500;
    private const long MostCounted = 1_000_000_000_000;

    // So far apart that differences of them are times, too.
    private static readonly DateTimeOffset Earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HashSet<string> _passed = new(StringComparer.Ordinal);
    private int _nodes;

    private ReportBounds(string node) => _passed.Add(node);

    /// <summary>The branches of this node with what each reported, cut where it must end.</summary>
    public static IReadOnlyList<ReportedBranch> Cut(string node, IReadOnlyList<ReportedBranch> branches) => new ReportBounds(node).Cut(branches, 1);

    /// <summary>A report without what is below it.</summary>
    public static BranchReport Alone(BranchReport report) => Short(report) with { Node = Short(report.Node, LongestName), Branches = [] };

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
        var line = branch with
        {
            Name = Short(branch.Name, LongestName),
            State = Short(branch.State, LongestName),
            Contact = Short(branch.Contact, LongestName),
            SeenAt = Bound(branch.SeenAt),
            Behind = branch.Behind is { } behind ? Bound(behind) : null,
        };
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
        Time = Bound(report.Time),
        Failures = (int)Bound(report.Failures),
        Sockets = (int)Bound(report.Sockets),
        Devices = (int)Bound(report.Devices),
        DiskFree = report.DiskFree is { } free ? Math.Max(free, 0) : null,
        Lanes = [.. report.Lanes.Take(MostLines).Select(Short)],
        Errors = report.Errors.Where(error => error.Value is not null).DistinctBy(error => Short(error.Key, LongestName)).Take(MostLines)
            .ToDictionary(error => Short(error.Key, LongestName), error => Short(error.Value, LongestText), StringComparer.Ordinal),
        Rounds = [.. report.Rounds.Take(MostLines).Select(Short)],
    };

    private static ReportedLane Short(ReportedLane lane) =>
        lane with { Name = Short(lane.Name, LongestName), Waiting = Bound(lane.Waiting), Held = Bound(lane.Held), Oldest = Bound(lane.Oldest) };

    private static ReportedRound Short(ReportedRound round) => round with
    {
        Id = Short(round.Id, LongestName),
        StartedAt = Bound(round.StartedAt),
        Milliseconds = Math.Clamp(round.Milliseconds, 0, MostCounted),
        Error = round.Error is { } error ? Short(error, LongestText) : null,
    };

    private static long Bound(long number) => Math.Clamp(number, 0, MostCounted);

    private static DateTimeOffset Bound(DateTimeOffset at) => at < Earliest ? Earliest : at > Latest ? Latest : at;

    private static DateTimeOffset? Bound(DateTimeOffset? at) => at is { } moment ? Bound(moment) : null;

    private static string Short(string text, int longest) => text.Length <= longest ? text : text[..longest] + "…";
}
