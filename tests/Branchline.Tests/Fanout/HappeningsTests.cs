using System.Collections.Frozen;
using Branchline.Server.Fanout;
using Microsoft.Extensions.Logging;

namespace Branchline.Tests.Fanout;

public sealed class HappeningsTests
{
    [Fact]
    public void What_nobody_wants_to_hear_of_is_not_kept()
    {
        var happenings = new Happenings(TimeProvider.System, new Lines());
        happenings.Hear(FrozenSet.Create("1"));
        happenings.Post("2", new ChannelHappening.Occupied("orders"));
        happenings.Post("1", new ChannelHappening.Vacated("orders"));

        Assert.True(happenings.TryTake(out var posted));
        Assert.Equal(new Happenings.Posted("1", new ChannelHappening.Vacated("orders")), posted);
        Assert.False(happenings.TryTake(out _));
    }

    [Fact]
    public void What_finds_no_room_is_counted_and_told_once_in_a_while()
    {
        var lines = new Lines();
        var happenings = new Happenings(TimeProvider.System, lines);
        happenings.Hear(FrozenSet.Create("1"));
        var posted = 0;
        while (happenings.Lost < 3)
        {
            happenings.Post("1", new ChannelHappening.SubscriptionCount("orders", ++posted));
        }

        Assert.Contains("1 webhook events are lost", Assert.Single(lines.Said), StringComparison.Ordinal);
        Assert.True(happenings.TryTake(out var first));
        Assert.Equal(new ChannelHappening.SubscriptionCount("orders", 1), first.Happening);
    }

    private sealed class Lines : ILogger<Happenings>
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Said.Add(formatter(state, exception));
    }
}
