using System.Text;
using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Missed;

namespace Branchline.Tests.Gateway.Missed;

/// <summary>What a channel remembers, and for whom.</summary>
public sealed class MissedForWhomTests
{
    private const string Branch1 = "branch:1";
    private static readonly Audience OfBranch1 = Audience.Of([Branch1]);
    private readonly MissedEvents _missed = new(new MissedOptions { Most = 3 }, new StoppedClock(), Remembered.Share(new MissedOptions(), new StoppedClock()));

    [Fact]
    public void What_came_after_the_position_and_was_not_received_is_told_in_order()
    {
        var start = Standing();
        Add("a", "b", "c");

        Assert.Equal(["b", "c"], After(start, received: 1));
    }

    [Fact]
    public void Whoever_received_everything_has_missed_nothing_however_long_ago_the_position_was_told()
    {
        var start = Standing();
        Add("a", "b", "c", "d", "e");

        Assert.Equal([], After(start, received: 5));
        Assert.Equal(["d", "e"], After(start, received: 3));
        Assert.Null(After(start, received: 1));
    }

    [Fact]
    public void What_was_forgotten_and_was_not_for_everybody_makes_no_count_right()
    {
        var start = Standing();
        _missed.Add(Frame("a"), new Publication("a", default) { ExceptSocketId = "1.1" });
        Add("b", "c", "d");

        Assert.Null(After(start, received: 1));
    }

    [Fact]
    public void More_than_there_was_cannot_have_been_received()
    {
        var start = Standing();
        Add("a");

        Assert.Null(After(start, received: 2));
    }

    [Fact]
    public void What_any_of_its_connections_was_not_to_hear_is_not_told()
    {
        var start = Standing();
        _missed.Add(Frame("own"), new Publication("own", default) { ExceptSocketId = "1.1" });
        Add("a", "b");

        Assert.Equal(["b"], After(start, received: 1, "0.1", "1.1"));
        Assert.Equal(["a", "b"], After(start, received: 1, "2.2"));
    }

    [Fact]
    public void Rows_of_other_scopes_are_not_told_and_other_rights_make_the_position_unknown()
    {
        var start = _missed.PositionFor(OfBranch1);
        _missed.Add(Frame("theirs"), new Publication("theirs", default) { Scope = "branch:2" });
        _missed.Add(Frame("ours"), new Publication("ours", default) { Scope = Branch1 });
        var resume = new Resume(start.Epoch, start.Offset, 0, []);

        Assert.Equal(["ours"], _missed.After(resume, OfBranch1)!.Select(Text));
        Assert.Null(_missed.After(resume, Audience.Everything));
        Assert.Null(_missed.After(resume, Audience.Of([Branch1, "branch:2"])));
    }

    private Position Standing() => _missed.PositionFor(Audience.Everything);

    private void Add(params string[] names)
    {
        foreach (var name in names)
        {
            _missed.Add(Frame(name), new Publication(name, default));
        }
    }

    private IEnumerable<string>? After(Position position, int received, params string[] sockets) =>
        _missed.After(new Resume(position.Epoch, position.Offset, received, sockets), Audience.Everything)?.Select(Text);

    private static byte[] Frame(string name) => Encoding.UTF8.GetBytes(name);

    private static string Text(MissedEvent missed) => Encoding.UTF8.GetString(missed.Frame);
}
