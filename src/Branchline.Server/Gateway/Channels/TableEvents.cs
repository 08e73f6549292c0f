using Branchline.Protocol.Schema;
using Branchline.Server.Feed;

namespace Branchline.Server.Fanout;

/// <summary>
/// The schema's events as Pusher clients hear them, on the channel the rule names and on its private twin. A change has one
/// scope: whoever holds several, and whoever hears every scope, gets its event once.
/// </summary>
internal sealed class PusherEvents : Dialect
{
    private const string PrivatePrefix = "private-";

    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        foreach (var change in batch.Changes)
        {
            foreach (var rule in change.Table.Events)
            {
                if (rule is { Channel: not null, Name: not null } && change.Causes(rule))
                {
                    Announce(change, rule, broadcaster);
                }
            }
        }
    }

    private static void Announce(CommittedChange change, EventRule rule, Broadcaster broadcaster)
    {
        ReadOnlyMemory<byte> payload = default;
        foreach (var channel in (ReadOnlySpan<string>)[rule.Channel!, PrivatePrefix + rule.Channel])
        {
            var scoped = Topic.Channel(channel, change.Scope);
            var open = Topic.Channel(channel, Topic.AnyScope);
            if (!broadcaster.HasSubscribers(scoped) && !broadcaster.HasSubscribers(open))
            {
                continue;
            }

            payload = payload.IsEmpty ? EventFrame.Payload(rule, change) : payload;
            var frame = EventFrame.Encode(rule.NameFor(change), channel, payload.Span);
            broadcaster.Publish(scoped, frame);
            broadcaster.Publish(open, frame);
        }
    }
}
