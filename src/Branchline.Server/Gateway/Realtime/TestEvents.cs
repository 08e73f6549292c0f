using System.Text;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Publishing;

namespace Branchline.Server.Gateway.Realtime;

/// <summary>Events an administrator says by hand, held to the same limits as a backend's.</summary>
internal static class TestEvents
{
    /// <summary>How many hear it, or why nothing was said.</summary>
    public static (int Subscriptions, Problem? Objection) Say(Hub hub, TestEvent wish)
    {
        if (!ChannelName.TryParse(wish.Channel ?? "", hub.App.Limits.MaxChannelName, out var channel))
        {
            return (0, Problems.ForField(ErrorCodes.ParameterInvalid, "channel", "A channel's name is made of A-Z a-z 0-9 _ - = @ , . ;"));
        }

        var text = Encoding.UTF8.GetBytes(TextOf(wish.Data));
        var data = InString(channel.IsEncrypted ? Boxes.Seal(hub.App, channel.Text, text) : text);
        if (EventReader.FindObjection(wish.Name, [channel.Text], data, hub.App) is { } objection)
        {
            return (0, Problems.ForField(ErrorCodes.ParameterInvalid, "name", objection.Error!));
        }

        var subscriptions = hub.Find(channel.Text)?.Count ?? 0;
        hub.Publish(channel, new Publication(wish.Name!, data));
        return (subscriptions, null);
    }

    private static string TextOf(JsonElement? data) => data switch
    {
        null or { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => "{}",
        { ValueKind: JsonValueKind.String } given => given.GetString()!,
        { } given => given.GetRawText(),
    };

    private static byte[] InString(ReadOnlyMemory<byte> text) =>
        [(byte)'"', .. JsonEncodedText.Encode(text.Span, PusherFrames.Escaping).EncodedUtf8Bytes, (byte)'"'];
}
