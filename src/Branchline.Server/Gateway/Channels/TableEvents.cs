using System.Text.Json;
using Branchline.Protocol.Schema;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;

namespace Branchline.Server.Gateway.Channels;

/// <summary>
/// The schema's events as Pusher clients hear them, on the channel the rule names and on its private and its encrypted twin. A change has one
/// scope: whoever holds several, and whoever hears every scope, gets its event once.
/// </summary>
internal sealed class TableEvents(Hubs hubs) : Dialect
{
    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        foreach (var change in batch.Changes)
        {
            foreach (var rule in change.Table.Events)
            {
                if (rule is { Channel: not null, Name: not null } && change.Causes(rule))
                {
                    Announce(change, rule);
                }
            }
        }
    }

    private void Announce(CommittedChange change, EventRule rule)
    {
        ReadOnlyMemory<byte> payload = default;
        foreach (var name in (ReadOnlySpan<string>)[rule.Channel!, ChannelName.PrivatePrefix + rule.Channel, ChannelName.EncryptedPrefix + rule.Channel])
        {
            var channel = hubs.Own.Find(name) is { } known && known.IsWorthTelling(change.Scope) ? known : null;
            if (channel is null && !(hubs.Own.Tails.IsOpen && name == rule.Channel))
            {
                continue;
            }

            payload = payload.IsEmpty ? EventFrame.Payload(rule, change) : payload;
            var data = InString(channel is { Name.IsEncrypted: true } ? Boxes.Seal(hubs.Own.App, name, payload.Span) : payload);
            var publication = new Publication(rule.NameFor(change), data) { Scope = change.Scope, Seq = change.Seq, ExceptSocketId = change.ExceptSocketId };
            hubs.Own.Note(name, publication);
            channel?.Publish(publication);
        }
    }

    /// <summary>The wire wants JSON in a string.</summary>
    private static ReadOnlyMemory<byte> InString(ReadOnlyMemory<byte> json)
    {
        var text = JsonEncodedText.Encode(json.Span, PusherFrames.Escaping).EncodedUtf8Bytes;
        return (byte[])[(byte)'"', .. text, (byte)'"'];
    }
}
