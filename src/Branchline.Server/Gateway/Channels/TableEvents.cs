using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Events;
using Branchline.Server.Gateway.Missed;

namespace Branchline.Server.Gateway.Channels;

/// <summary>
/// The schema's events as Pusher clients hear them, on the channel the rule names and on its private and its encrypted twin. A change has one
/// scope: whoever holds several, and whoever hears every scope, gets its event once.
/// </summary>
internal sealed class TableEvents(Hubs hubs, FeedProgress progress) : Dialect
{
    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        foreach (var change in InChanges(batch.Events))
        {
            progress.Begin(change[0].Seq);
            foreach (var channel in change.GroupBy(one => one.Channel, StringComparer.Ordinal))
            {
                Announce([.. channel]);
            }
        }
    }

    /// <summary>The events of each change; nearly always one.</summary>
    private static IEnumerable<IReadOnlyList<TableEvent>> InChanges(IReadOnlyList<TableEvent> events)
    {
        for (var start = 0; start < events.Count;)
        {
            var end = start + 1;
            while (end < events.Count && events[end].Seq == events[start].Seq)
            {
                end++;
            }

            yield return [.. events.Skip(start).Take(end - start)];
            start = end;
        }
    }

    /// <summary>What one change tells on one channel of the schema.</summary>
    private void Announce(IReadOnlyList<TableEvent> events)
    {
        var named = events[0].Channel;
        foreach (var name in TableFrames.Channels(named))
        {
            var channel = hubs.Own.Find(name) is { } known && known.TakesIn(events[0].Seq, events[0].Scope) ? known : null;
            if (channel is null && !(hubs.Own.Tails.IsOpen && name == named))
            {
                continue;
            }

            var publications = events
                .Select(one => TableFrames.Publication(hubs.Own.App, channel?.Name ?? new ChannelName(name, ChannelTraits.None, name), one))
                .ToList();
            foreach (var publication in publications)
            {
                hubs.Own.Note(name, publication);
            }

            channel?.Publish(publications);
        }
    }
}
