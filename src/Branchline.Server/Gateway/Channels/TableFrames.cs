using System.Text.Json;
using Branchline.Server.Fanout;
using Branchline.Server.Feed.Events;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Missed;

namespace Branchline.Server.Gateway.Channels;

/// <summary>Table events as the Pusher wire has them, said at once or told later.</summary>
internal static class TableFrames
{
    /// <summary>The channels that carry what a rule tells: the one it names, its private and its encrypted twin.</summary>
    public static IReadOnlyList<string> Channels(string ruleChannel) =>
        [ruleChannel, ChannelName.PrivatePrefix + ruleChannel, ChannelName.EncryptedPrefix + ruleChannel];

    public static Publication Publication(RealtimeApp app, ChannelName channel, TableEvent one) => new(
        one.Name, InString(channel.IsEncrypted ? Boxes.Seal(app, channel.Text, one.Data.Span) : one.Data))
    {
        Scope = one.Scope,
        Seq = one.Seq,
        ExceptSocketId = one.ExceptSocketId,
    };

    /// <summary>The event as it is told to somebody who missed it.</summary>
    public static MissedEvent Missed(ResumingChannel channel, TableEvent one)
    {
        var publication = Publication(channel.App, channel.Name, one);
        return new MissedEvent(0, TextFrame.Encode(PusherFrames.Event(channel.Name.Text, publication).Span), publication, 0);
    }

    /// <summary>The wire wants JSON in a string.</summary>
    private static ReadOnlyMemory<byte> InString(ReadOnlyMemory<byte> json)
    {
        var text = JsonEncodedText.Encode(json.Span, PusherFrames.Escaping).EncodedUtf8Bytes;
        return (byte[])[(byte)'"', .. text, (byte)'"'];
    }
}
