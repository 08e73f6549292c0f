using System.Text.Json;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>What one connection says to the others of a channel. Being subscribed is what counts, not the channel's name.</summary>
internal sealed class ClientEvents(Peer peer, Hub hub, Subscriptions channels)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly RateLimit _rate = new(hub.App.Limits.MaxClientEventsPerSecond, Second, hub.Time);

    public void Relay(ClientFrame frame)
    {
        if (FindObjection(frame, out var channel) is { } objection)
        {
            peer.Wire.Say(PusherFrames.Error(CloseCodes.ClientEventRejected, objection, frame.Channel));
            return;
        }

        var member = channels.MemberIn(channel!.Text);
        hub.Publish(channel, new Publication(frame.Event, frame.Data)
        {
            ExceptSocketId = peer.SocketId,
            UserIdJson = member?.IdJson,
            IsFromClient = true,
        });
        if (hub.IsReported)
        {
            hub.Report(new ChannelHappening.ClientEvent(channel.Text, frame.Event, Told(frame.Data), peer.SocketId, member?.Id));
        }
    }

    private string? FindObjection(ClientFrame frame, out ChannelName? channel)
    {
        var limits = hub.App.Limits;
        channel = null;
        if (!hub.App.ClientEvents)
        {
            return "This app takes no client events; an administrator can switch them on";
        }

        if (frame.Channel is null || !ChannelName.TryParse(frame.Channel, limits.MaxChannelName, out channel) || !channel.TakesClientEvents)
        {
            return "Client events go to private and presence channels that are not encrypted";
        }

        if (!channels.Contains(channel.Text))
        {
            return "Only who is subscribed to a channel may send client events to it";
        }

        if (frame.Event.Length > limits.MaxEventName)
        {
            return $"An event's name is at most {limits.MaxEventName} long; this is {frame.Event.Length}";
        }

        if (frame.Data.Length > limits.MaxEventBytes)
        {
            return $"An event's data is at most {limits.MaxEventBytes} bytes; this is {frame.Data.Length}";
        }

        return _rate.TryTake() ? null : $"A connection sends at most {limits.MaxClientEventsPerSecond} client events a second";
    }

    /// <summary>A string as it is, anything else as JSON.</summary>
    private static string Told(ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            return "";
        }

        using var document = JsonDocument.Parse(data);
        try
        {
            return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString()! : document.RootElement.GetRawText();
        }
        catch (InvalidOperationException)
        {
            // Half of a character that takes two: allowed in JSON, but no text.
            return document.RootElement.GetRawText();
        }
    }
}
