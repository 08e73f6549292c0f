using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Missed;

namespace Branchline.Tests.Gateway.Missed;

public sealed class MissedEventsTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void Whoever_comes_back_is_told_exactly_what_came_after_its_position()
    {
        var missed = Remembering(new MissedOptions(), 5);
        Assert.Equal([1L, 2, 3, 4, 5], Offsets(missed, 0));
        Assert.Equal([4L, 5], Offsets(missed, 3));
        Assert.Equal([], Offsets(missed, 5));
    }

    [Fact]
    public void A_position_of_another_memory_or_of_the_future_is_none()
    {
        var missed = Remembering(new MissedOptions(), 5);
        Assert.Null(After(missed, "other", 3));
        Assert.Null(After(missed, null, 3));
        Assert.Null(After(missed, missed.Epoch, 6));
        Assert.Null(After(missed, missed.Epoch, -1));
        Assert.Null(After(missed, missed.Epoch, long.MinValue));
        Assert.NotEqual(missed.Epoch, Remembering(new MissedOptions(), 0).Epoch);
    }

    [Fact]
    public void Beyond_the_number_kept_the_answer_is_honest()
    {
        var missed = Remembering(new MissedOptions { Most = 3 }, 5);
        Assert.Null(After(missed, missed.Epoch, 1));
        Assert.Equal([3L, 4, 5], Offsets(missed, 2));
    }

    [Fact]
    public void Beyond_the_bytes_kept_the_answer_is_honest()
    {
        var missed = Remembering(new MissedOptions { MostBytes = 1024 }, 5, bytes: 400);
        Assert.Null(After(missed, missed.Epoch, 2));
        Assert.Equal([4L, 5], Offsets(missed, 3));
    }

    [Fact]
    public void After_the_window_everything_is_forgotten_though_the_wall_clock_stands_still()
    {
        var missed = Remembering(new MissedOptions(), 5);
        _clock.Elapse(TimeSpan.FromMinutes(3));
        Assert.Null(After(missed, missed.Epoch, 3));
        Assert.Equal([], Offsets(missed, 5));
    }

    [Theory]
    [InlineData(365)]
    [InlineData(-365)]
    public void A_wall_clock_that_jumps_makes_nothing_forgotten(int days)
    {
        var missed = Remembering(new MissedOptions(), 5);
        _clock.Advance(TimeSpan.FromDays(days));
        Assert.Equal([4L, 5], Offsets(missed, 3));
    }

    private static IReadOnlyList<MissedEvent>? After(MissedEvents missed, string? epoch, long offset) =>
        missed.After(new Resume(epoch, offset, 0, []), Audience.Everything);

    private static IEnumerable<long> Offsets(MissedEvents missed, long after) => After(missed, missed.Epoch, after)!.Select(one => one.Offset);

    private MissedEvents Remembering(MissedOptions options, int count, int bytes = 10)
    {
        var missed = new MissedEvents(options, _clock, Remembered.Share(options, _clock));
        for (var number = 0; number < count; number++)
        {
            missed.Add(new byte[bytes], new Publication("e", default));
        }

        return missed;
    }
}
