using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Webhooks;
using static Branchline.Server.Fanout.ChannelHappening;

namespace Branchline.Tests.Gateway.Webhooks;

public sealed class SettlingTests
{
    private readonly List<ChannelHappening> _told = [];
    private readonly Settling _settling;

    public SettlingTests() => _settling = new Settling(new WebhookOptions(), posted => _told.Add(posted.Happening));

    [Fact]
    public void A_page_that_is_loaded_again_says_nothing()
    {
        At(0, new Occupied("presence-a"), new MemberAdded("presence-a", "7"));
        At(1, new MemberRemoved("presence-a", "7"), new Vacated("presence-a"));
        At(3.9, new Occupied("presence-a"), new MemberAdded("presence-a", "7"));
        At(60);

        Assert.Equal([new Occupied("presence-a"), new MemberAdded("presence-a", "7")], _told);
        Assert.Null(_settling.NextDue);
    }

    [Fact]
    public void Who_stays_away_is_told_after_three_seconds_in_the_order_they_went()
    {
        At(1, new MemberRemoved("presence-a", "7"), new Vacated("presence-a"));
        At(3.9);
        Assert.Empty(_told);
        Assert.Equal(TimeSpan.FromSeconds(4), _settling.NextDue);

        At(4);
        Assert.Equal([new MemberRemoved("presence-a", "7"), new Vacated("presence-a")], _told);
    }

    [Fact]
    public void Who_comes_too_late_is_told_as_somebody_who_comes()
    {
        At(1, new Vacated("a"));
        At(4.1, new Occupied("a"));

        Assert.Equal([new Vacated("a"), new Occupied("a")], _told);
    }

    [Fact]
    public void Another_channel_another_member_and_another_app_take_nothing_back()
    {
        At(0, new Vacated("a"), new MemberRemoved("presence-a", "7"));
        At(1, new Occupied("b"), new MemberAdded("presence-a", "8"), new MemberAdded("presence-b", "7"));
        _settling.Take(new Happenings.Posted("another", new Occupied("a")), TimeSpan.FromSeconds(1));
        At(3);

        Assert.Equal(
            [
                new Occupied("b"), new MemberAdded("presence-a", "8"), new MemberAdded("presence-b", "7"), new Occupied("a"),
                new Vacated("a"), new MemberRemoved("presence-a", "7"),
            ],
            _told);
    }

    [Fact]
    public void Many_who_find_a_cache_empty_are_one_miss()
    {
        At(0, new CacheMiss("cache-a"), new CacheMiss("cache-a"), new CacheMiss("cache-b"));
        At(9, new CacheMiss("cache-a"));
        At(10, new CacheMiss("cache-a"));

        Assert.Equal([new CacheMiss("cache-a"), new CacheMiss("cache-b"), new CacheMiss("cache-a")], _told);
    }

    [Fact]
    public void A_member_who_flickers_stays_as_the_backend_knows_them()
    {
        At(0, new MemberAdded("presence-a", "7"));
        for (var second = 1; second < 20; second += 2)
        {
            At(second, new MemberRemoved("presence-a", "7"));
            At(second + 1, new MemberAdded("presence-a", "7"));
        }

        At(21, new MemberRemoved("presence-a", "7"));
        At(25);

        Assert.Equal([new MemberAdded("presence-a", "7"), new MemberRemoved("presence-a", "7")], _told);
    }

    private void At(double seconds, params ReadOnlySpan<ChannelHappening> happenings)
    {
        var now = TimeSpan.FromSeconds(seconds);
        foreach (var happening in happenings)
        {
            _settling.Take(new Happenings.Posted("1", happening), now);
        }

        _settling.Release(now);
    }
}
