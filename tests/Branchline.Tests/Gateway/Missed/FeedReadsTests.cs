using Branchline.Server.Gateway.Missed;

namespace Branchline.Tests.Gateway.Missed;

/// <summary>A crowd that comes back at once reads the feed once.</summary>
public sealed class FeedReadsTests
{
    private const long Head = 10;

    private readonly StoppedClock _clock = new();
    private readonly MissedTotal _total;
    private readonly FeedReads _reads;
    private int _count;

    public FeedReadsTests()
    {
        _total = Remembered.Total(new MissedOptions(), _clock);
        _reads = new FeedReads(_total);
    }

    [Fact]
    public async Task Many_at_once_wait_for_one_reading_and_whoever_was_away_shorter_takes_the_end_of_it()
    {
        var gate = new TaskCompletionSource();
        var first = ReadAsync(2, gate.Task);
        var crowd = Enumerable.Range(0, 1000).Select(number => ReadAsync(2 + (number % 8), gate.Task)).ToList();
        gate.SetResult();

        Assert.Equal([3L, 4, 5, 6, 7, 8, 9, 10], await first);
        var told = await Task.WhenAll(crowd);
        Assert.Equal([9L, 10], told[6]);
        Assert.Equal([10L], told[7]);
        Assert.Equal(1, _count);
    }

    [Fact]
    public async Task Whoever_was_away_longer_reads_anew()
    {
        await ReadAsync(5);
        Assert.Equal([4L, 5, 6, 7, 8, 9, 10], await ReadAsync(3));
        await ReadAsync(5);
        Assert.Equal(2, _count);
    }

    [Fact]
    public async Task What_is_too_much_for_one_is_asked_once_and_is_no_answer_for_those_who_missed_less()
    {
        Assert.Null(await ReadAsync(2, mostEvents: 3));
        Assert.Null(await ReadAsync(1, mostEvents: 3));
        Assert.Null(await ReadAsync(2, mostEvents: 3));
        Assert.Equal(1, _count);
        Assert.Equal([8L, 9, 10], await ReadAsync(7, mostEvents: 3));
        Assert.Equal(2, _count);
    }

    [Fact]
    public async Task Who_waits_for_a_reading_that_brings_nothing_looks_for_itself()
    {
        var gate = new TaskCompletionSource();
        var tooLong = ReadAsync(0, gate.Task, mostEvents: 3);
        var short1 = ReadAsync(8, gate.Task, mostEvents: 3);
        gate.SetResult();

        Assert.Null(await tooLong);
        Assert.Equal([9L, 10], await short1);
    }

    [Fact]
    public async Task A_reading_that_failed_is_no_answer()
    {
        for (var round = 0; round < 2000; round++)
        {
            await Assert.ThrowsAsync<IOException>(() => _reads.ReadAsync(2, Head, () => throw new IOException(), TestContext.Current.CancellationToken));
        }

        Assert.Equal(8, (await ReadAsync(2))!.Count());
    }

    [Fact]
    public async Task What_was_read_counts_as_remembered_and_is_forgotten_after_half_a_minute()
    {
        await ReadAsync(2);
        Assert.True(_total.Bytes >= 8 * 100);
        _clock.Advance(TimeSpan.FromSeconds(20));
        _total.Tidy();
        await ReadAsync(2);
        Assert.Equal(1, _count);
        _clock.Advance(TimeSpan.FromSeconds(31));
        _total.Tidy();

        Assert.Equal(0, _total.Bytes);
        await ReadAsync(2);
        Assert.Equal(2, _count);
    }

    private async Task<IEnumerable<long>?> ReadAsync(long after, Task? gate = null, int mostEvents = 100)
    {
        var fed = await _reads.ReadAsync(
            after, Head,
            async () =>
            {
                Interlocked.Increment(ref _count);
                await (gate ?? Task.CompletedTask);
                MissedEvent[] events = [.. Enumerable.Range((int)after + 1, (int)(Head - after)).Select(seq => new MissedEvent(0, new byte[100], null, null, seq, 0))];
                return events.Length > mostEvents ? null : new FedEvents(after, Head, events);
            },
            TestContext.Current.CancellationToken);
        return fed?.Later(after).Events.Select(one => one.Seq);
    }
}
