using System.Globalization;

namespace Branchline.Scenarios.Realtime;

/// <summary>A crowd on private channels, events all the while, and a node that goes and comes. 500 clients; in <c>make soak</c> 5,000.</summary>
[Trait("Kind", "soak")]
public sealed class ReconnectStormTests(ITestOutputHelper output)
{
    private const int Channels = 20;
    private const int GoingAway = 4200;
    private const int ComeLater = 4100;
    private static readonly bool IsSoak = Environment.GetEnvironmentVariable("SOAK_MINUTES") is not null;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    [Fact]
    public Task A_crowd_comes_back_to_a_node_that_stopped_and_hears_all_that_is_published_while_it_is_subscribed() =>
        StormAsync(node => node.StopAsync(), isToldToGo: true);

    [Fact]
    public Task A_crowd_comes_back_to_a_node_that_was_killed_and_hears_all_that_is_published_while_it_is_subscribed() => StormAsync(
        node =>
        {
            node.Kill();
            return Task.CompletedTask;
        },
        isToldToGo: false);

    private async Task StormAsync(Func<RealtimeNode, Task> end, bool isToldToGo)
    {
        using var node = await RealtimeNode.StartAsync();
        string[] channels = [.. Enumerable.Range(0, Channels).Select(number => $"private-storm-{number}")];
        var announcer = new Announcer(node, channels);
        StormClient[] crowd = [.. Enumerable.Range(0, IsSoak ? 5000 : 500).Select(number => new StormClient(node, announcer, channels[number % Channels]))];
        using var closing = new CancellationTokenSource();
        using var silence = new CancellationTokenSource();
        var lives = Task.WhenAll(crowd.Select(client => client.LiveAsync(closing.Token)));
        var news = announcer.AnnounceAsync(silence.Token);

        await AllSubscribedAsync(crowd, "came");
        await end(node);
        await node.ComeBackAsync();
        await AllSubscribedAsync(crowd, "were back");
        await silence.CancelAsync();
        await news;
        var last = await announcer.OneAsync();
        Assert.DoesNotContain(last, announcer.Uncertain);
        await UntilAsync(() => crowd.All(client => client.Now?.Heard.LastOrDefault() == last), "everybody heard the last event");
        await closing.CancelAsync();
        await lives;

        Assert.All(crowd, client => Check(client, announcer.Uncertain));
        var codes = crowd.SelectMany(client => client.Lives.SkipLast(1)).Select(life => life.Code).ToList();
        int[] expected = isToldToGo ? [GoingAway, ComeLater] : [0];
        Assert.All(codes, code => Assert.Contains(code, expected));
        Assert.True(codes.Count >= crowd.Length && (!isToldToGo || codes.Contains(GoingAway)));
        await UntilAsync(() => NobodyIsLeft(node), "the node forgot everybody");
    }

    /// <summary>In each life: whole from the first event that was owed, in order, none twice.</summary>
    private static void Check(StormClient client, HashSet<int> uncertain)
    {
        foreach (var life in client.Lives.Where(life => !life.Heard.IsEmpty))
        {
            int[] heard = [.. life.Heard];
            Assert.True(heard[0] <= life.Owed || Enumerable.Range(life.Owed, heard[0] - life.Owed).All(uncertain.Contains), $"Owed {life.Owed}, heard first {heard[0]}");
            foreach (var (before, after) in heard.Zip(heard.Skip(1)))
            {
                Assert.True(after > before, $"{after} came behind {before}");
                Assert.All(Enumerable.Range(before + 1, after - before - 1), missing => Assert.Contains(missing, uncertain));
            }
        }
    }

    private static bool NobodyIsLeft(RealtimeNode node) =>
        !node.AskAsync("channels").GetAwaiter().GetResult().GetProperty("channels").EnumerateObject().Any();

    private async Task AllSubscribedAsync(StormClient[] crowd, string what)
    {
        var since = TimeProvider.System.GetTimestamp();
        await UntilAsync(() => crowd.All(client => client.Now is not null), $"all {what}");
        var seconds = TimeProvider.System.GetElapsedTime(since).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        output.WriteLine($"{crowd.Length} clients {what} within {seconds} s");
    }

    private static async Task UntilAsync(Func<bool> isSo, string what)
    {
        using var limit = new CancellationTokenSource(RawClient.Patience);
        while (!isSo())
        {
            Assert.False(limit.IsCancellationRequested, $"It was never so: {what}");
            await Task.Delay(Moment, TimeProvider.System, CancellationToken.None);
        }
    }
}
