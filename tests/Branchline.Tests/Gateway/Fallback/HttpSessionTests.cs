using System.Net;
using System.Text;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Fallback;

namespace Branchline.Tests.Gateway.Fallback;

public sealed class HttpSessionTests
{
    private static readonly HttpSessionRules Rules = new(1000, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(90));

    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");

    private readonly StoppedClock _clock = new();
    private readonly Unpolled _unpolled = new(1);
    private readonly HttpSession _session;
    private readonly TaskCompletionSource _closed = new();
    private readonly TaskCompletionSource _gone = new();

    public HttpSessionTests()
    {
        _session = new HttpSession(Rules, _unpolled.PlaceOf(Address), _clock);
        _session.Watch(_closed.SetResult, _gone.SetResult);
    }

    [Fact]
    public void What_is_said_while_nobody_receives_waits_for_the_next_receiver()
    {
        var first = _session.Enter(() => { });
        Say("1");
        Assert.Equal("o{}\na[\"1\"]\n", _session.Take(first)!.Frames);
        _session.Leave(first);
        Say("2");
        Say("{\"a\":\"ñ\\n\"}");
        var second = _session.Enter(() => { });

        Assert.Equal("a[\"2\",\"{\\\"a\\\":\\\"ñ\\\\n\\\"}\"]\n", _session.Take(second)!.Frames);
        Assert.Null(_session.Take(second));
        Assert.False(second.News.IsCompleted);
        Say("3");
        Assert.True(second.News.IsCompleted);
    }

    [Fact]
    public void A_second_receiver_takes_over_and_the_first_gets_nothing_more()
    {
        var first = _session.Enter(() => { });
        Assert.Equal("o{}\n", _session.Take(first)!.Frames);
        Assert.Null(_session.Take(first));
        var second = _session.Enter(() => { });
        Say("1");

        Assert.True(first.News.IsCompleted && first.Replaced.IsCompleted);
        Assert.Equal(Delivery.Over, _session.Take(first));
        Assert.Equal("a[\"1\"]\n", _session.Take(second)!.Frames);
    }

    [Fact]
    public async Task A_session_without_a_receiver_lives_ten_seconds()
    {
        var receiver = _session.Enter(() => { });
        Pass(60);
        Assert.False(_gone.Task.IsCompleted);
        _session.Leave(receiver);
        Pass(9);
        Assert.False(_closed.Task.IsCompleted || _gone.Task.IsCompleted);
        Pass(1);

        Assert.True(_gone.Task.IsCompleted);
        await _closed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_client_that_reads_too_slowly_is_forgotten_at_once_and_told_why()
    {
        var receiver = _session.Enter(() => { });
        _session.Take(receiver);
        Say(new string('x', 600));
        Say(new string('x', 600));

        await _closed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Say("more");
        var last = _session.Take(receiver)!;
        Assert.Equal($"c[4100,\"{CloseCodes.TooSlow.Text}\"]\n", last.Frames);
        Assert.True(last.IsLast && last.IsGoodbye && _session.IsTooSlow);
    }

    [Fact]
    public void A_goodbye_comes_behind_what_waits_and_is_the_golden_one()
    {
        var receiver = _session.Enter(() => { });
        Say("1");
        _session.Close(CloseCodes.Restarting);
        _session.Close(CloseCodes.TooSlow);

        Assert.Equal("o{}\na[\"1\"]\nc[4200,\"The server restarts; connect again\"]\n", _session.Take(receiver)!.Frames);
    }

    [Fact]
    public void A_client_that_never_takes_its_goodbye_is_cut_off_after_ten_seconds()
    {
        var isCut = false;
        _session.Enter(() => isCut = true);
        _session.Close(CloseCodes.Restarting);
        Pass(9);
        Assert.False(isCut || _gone.Task.IsCompleted);
        Pass(1);

        Assert.True(isCut && _gone.Task.IsCompleted);
    }

    [Fact]
    public async Task A_session_that_ended_before_anybody_watched_it_is_told_of_all_the_same()
    {
        TaskCompletionSource closed = new(), gone = new();
        var session = new HttpSession(Rules, _unpolled.PlaceOf(Address), _clock);
        session.Close(CloseCodes.RightsChanged);
        session.Watch(closed.SetResult, gone.SetResult);

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.False(gone.Task.IsCompleted);
        session.Go();
        Assert.True(gone.Task.IsCompleted);
    }

    [Fact]
    public void A_session_counts_among_its_addresss_unpolled_ones_exactly_while_nobody_receives()
    {
        Assert.True(_unpolled.IsFull(Address));
        var first = _session.Enter(() => { });
        Assert.False(_unpolled.IsFull(Address));
        var second = _session.Enter(() => { });
        _session.Leave(first);
        Assert.False(_unpolled.IsFull(Address));
        _session.Leave(second);
        Assert.True(_unpolled.IsFull(Address));
        _session.Go();
        _session.Go();

        Assert.False(_unpolled.IsFull(Address));
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:3::7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void One_customers_addresses_count_as_one(string first, string second, bool isOne)
    {
        var unpolled = new Unpolled(1);
        unpolled.PlaceOf(IPAddress.Parse(first)).Take();

        Assert.Equal(isOne, unpolled.IsFull(IPAddress.Parse(second)));
    }

    [Fact]
    public void Heartbeats_come_by_the_clock_and_a_client_that_never_answers_is_given_up()
    {
        var receiver = _session.Enter(() => { });
        _session.Take(receiver);
        Pass(24);
        Assert.Null(_session.Take(receiver));
        Pass(2);
        Assert.Equal("h\n", _session.Take(receiver)!.Frames);
        _session.Hear();
        Assert.Null(_session.Take(receiver));
        Pass(89);
        Assert.DoesNotContain("c[", _session.Take(receiver)!.Frames, StringComparison.Ordinal);
        Pass(2);

        Assert.StartsWith("c[4201,", _session.Take(receiver)!.Frames, StringComparison.Ordinal);
    }

    private void Say(string text) => _session.Send(TextFrame.Encode(Encoding.UTF8.GetBytes(text)));

    private void Pass(int seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        _session.Check();
    }
}
