using Branchline.Protocol;
using Branchline.Server.Replication;

namespace Branchline.Tests.Replication;

/// <summary>Reports that are passed on stay small and finite, whatever somebody below says.</summary>
public sealed class ReportBoundsTests
{
    [Fact]
    public void A_ring_ends_where_a_node_comes_again()
    {
        var cut = ReportBounds.Cut("office", [Line("North", Report("north", Line("Office", Report("office", Line("North", Report("north"))))))]);

        var again = cut[0].Report!.Branches[0];
        Assert.Equal(("Office", "ring"), (again.Name, again.Cut));
        Assert.Null(again.Report);
    }

    [Fact]
    public void A_node_that_follows_two_is_shown_below_both()
    {
        var cut = ReportBounds.Cut("office", [Line("North", Report("north", Line("Van", Report("van")))), Line("South", Report("south", Line("Van", Report("van"))))]);

        Assert.All(cut, branch => Assert.Equal("van", branch.Report!.Branches[0].Report!.Node));
    }

    [Fact]
    public void A_tree_is_at_most_eight_deep()
    {
        var report = Report("n20");
        for (var depth = 19; depth > 0; depth--)
        {
            report = Report($"n{depth}", Line($"N{depth + 1}", report));
        }

        var (branch, depths) = (ReportBounds.Cut("top", [Line("N1", report)])[0], 1);
        while (branch.Report is { } next)
        {
            (branch, depths) = (next.Branches[0], depths + 1);
        }

        Assert.Equal((9, "depth"), (depths, branch.Cut));
    }

    [Fact]
    public void A_tree_has_at_most_a_thousand_nodes()
    {
        var many = Enumerable.Range(0, 40).Select(north => Line($"N{north}", Report($"n{north}", [.. Enumerable.Range(0, 40).Select(van => Line($"V{van}", Report($"v{north}-{van}")))])));

        var cut = ReportBounds.Cut("top", [.. many]);

        Assert.Equal(ReportBounds.MostNodes, Count(cut));
    }

    [Fact]
    public void Texts_are_of_a_sensible_length()
    {
        var report = Report(new string('x', 10_000)) with { Errors = new Dictionary<string, string> { ["line"] = new('e', 10_000), ["hole"] = null! }, Version = new string('v', 1000) };

        var cut = ReportBounds.Cut("top", [Line(new string('n', 1000), report)])[0];

        Assert.True(cut.Name.Length < 200 && cut.Report!.Node.Length < 200 && cut.Report.Version.Length < 200);
        Assert.Equal("line", Assert.Single(cut.Report!.Errors).Key);
        Assert.True(cut.Report.Errors["line"].Length < 600);
    }

    private static int Count(IReadOnlyList<ReportedBranch> branches) => branches.Sum(branch => 1 + (branch.Report is { } report ? Count(report.Branches) : 0));

    private static ReportedBranch Line(string name, BranchReport report) => new(name, "joined", "live") { Report = report };

    private static BranchReport Report(string node, params ReportedBranch[] branches) => new(node, "1", "s", DateTimeOffset.UnixEpoch) { Branches = branches };
}
