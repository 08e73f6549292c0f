using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Server.Fanout;

namespace Branchline.Server.Gateway.Webhooks;

/// <summary>The bytes of one call, as <c>protocol/pusher/webhooks</c> has them.</summary>
internal static class WebhookBody
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the protocol calls it.</summary>
    public static string NameOf(ChannelHappening happening) => happening switch
    {
        ChannelHappening.Occupied => "channel_occupied",
        ChannelHappening.Vacated => "channel_vacated",
        ChannelHappening.MemberAdded => "member_added",
        ChannelHappening.MemberRemoved => "member_removed",
        ChannelHappening.ClientEvent => "client_event",
        ChannelHappening.CacheMiss => "cache_miss",
        ChannelHappening.SubscriptionCount => "subscription_count",
        _ => throw new UnreachableException(),
    };

    public static byte[] Encode(IEnumerable<ChannelHappening> happenings, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        json.WriteNumber("time_ms"u8, at.ToUnixTimeMilliseconds());
        json.WriteStartArray("events"u8);
        foreach (var happening in happenings)
        {
            Write(json, happening);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ChannelHappening happening)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, NameOf(happening));
        json.WriteString("channel"u8, happening.Channel);
        switch (happening)
        {
            case ChannelHappening.MemberAdded added:
                json.WriteString("user_id"u8, added.UserId);
                break;
            case ChannelHappening.MemberRemoved removed:
                json.WriteString("user_id"u8, removed.UserId);
                break;
            case ChannelHappening.SubscriptionCount count:
                json.WriteNumber("subscription_count"u8, count.Count);
                break;
            case ChannelHappening.ClientEvent sent:
                WriteClientEvent(json, sent);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteClientEvent(Utf8JsonWriter json, ChannelHappening.ClientEvent sent)
    {
        json.WriteString("event"u8, sent.Event);
        json.WriteString("data"u8, sent.Data);
        json.WriteString("socket_id"u8, sent.SocketId);
        if (sent.UserId is { } userId)
        {
            json.WriteString("user_id"u8, userId);
        }
    }
}
