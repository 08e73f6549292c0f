using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Server.Gateway.Channels.People;
using Branchline.Server.Gateway.Missed;

namespace Branchline.Server.Gateway.Channels;

/// <summary>What is said to a Pusher client. The golden files in protocol/pusher settle every byte.</summary>
internal static class PusherFrames
{
    private const int UsualSize = 256;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>As little as JSON allows: the default would write every inner quote as six characters.</summary>
    public static JavaScriptEncoder Escaping => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static ReadOnlyMemory<byte> Ping { get; } = """{"event":"pusher:ping","data":{}}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Pong { get; } = """{"event":"pusher:pong","data":{}}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Established(string socketId, TimeSpan activityTimeout) =>
        Encoding.UTF8.GetBytes(
            "{\"event\":\"pusher:connection_established\",\"data\":\"{\\\"socket_id\\\":\\\"" + socketId
            + $"\\\",\\\"activity_timeout\\\":{(int)Math.Ceiling(activityTimeout.TotalSeconds)}}}\"}}");

    public static ReadOnlyMemory<byte> Error(int? code, string message, string? channel = null) =>
        Frame("pusher:error", channel, json =>
        {
            json.WriteStartObject("data"u8);
            if (code is { } known)
            {
                json.WriteNumber("code"u8, known);
            }
            else
            {
                json.WriteNull("code"u8);
            }

            json.WriteString("message"u8, message);
            json.WriteEndObject();
        });

    /// <param name="channel">The channel's name.</param>
    /// <param name="data">What is told with it, as JSON: the roster of a presence channel, else <c>{}</c>.</param>
    public static ReadOnlyMemory<byte> Subscribed(string channel, string data) =>
        Frame("pusher_internal:subscription_succeeded", channel, json => json.WriteString("data"u8, data));

    public static ReadOnlyMemory<byte> SubscriptionError(string channel, string type, string error, int status) =>
        Frame("pusher:subscription_error", channel, json => json.WriteString("data"u8, Inner(data =>
        {
            data.WriteString("type"u8, type);
            data.WriteString("error"u8, error);
            data.WriteNumber("status"u8, status);
        })));

    public static ReadOnlyMemory<byte> MemberAdded(string channel, Member member) =>
        Frame("pusher_internal:member_added", channel, json => json.WriteString("data"u8, member.InfoJson is null
            ? $"{{\"user_id\":{member.IdJson}}}"
            : $"{{\"user_id\":{member.IdJson},\"user_info\":{member.InfoJson}}}"));

    public static ReadOnlyMemory<byte> MemberRemoved(string channel, string idJson) =>
        Frame("pusher_internal:member_removed", channel, json => json.WriteString("data"u8, $"{{\"user_id\":{idJson}}}"));

    public static ReadOnlyMemory<byte> SubscriptionCount(string channel, int count) =>
        Frame("pusher_internal:subscription_count", channel, json => json.WriteString("data"u8, $"{{\"subscription_count\":{count}}}"));

    public static ReadOnlyMemory<byte> CacheMiss(string channel) => Frame("pusher:cache_miss", channel, _ => { });

    public static ReadOnlyMemory<byte> SignedIn(string userData) =>
        Frame("pusher:signin_success", null, json => json.WriteString("data"u8, Inner(data => data.WriteString("user_data"u8, userData))));

    public static ReadOnlyMemory<byte> Watched(IReadOnlyCollection<string> online, IReadOnlyCollection<string> offline) =>
        Frame("pusher_internal:watchlist_events", null, json => json.WriteString("data"u8, Inner(data =>
        {
            data.WriteStartArray("events"u8);
            WriteWatched(data, "online", online);
            WriteWatched(data, "offline", offline);
            data.WriteEndArray();
        })));

    /// <summary>Where a client that asked for it stands; <c>recovered</c> says of one that came back whether it got all it missed.</summary>
    public static ReadOnlyMemory<byte> Position(string channel, in Position position, bool? recovered)
    {
        var (epoch, offset, seq) = position;
        return Frame(recovered is null ? "branchline:position" : "branchline:resumed", null, json =>
        {
            json.WriteStartObject("data"u8);
            json.WriteString("channel"u8, channel);
            json.WriteString("epoch"u8, epoch);
            json.WriteNumber("offset"u8, offset);
            if (seq is not null)
            {
                json.WriteString("seq"u8, seq);
            }

            if (recovered is { } known)
            {
                json.WriteBoolean("recovered"u8, known);
            }

            json.WriteEndObject();
        });
    }

    /// <summary>An event as its publisher said it: the data is relayed byte for byte.</summary>
    public static ReadOnlyMemory<byte> Event(string channel, in Publication publication)
    {
        var buffer = new ArrayBufferWriter<byte>(UsualSize + publication.Data.Length);
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        json.WriteString("event"u8, publication.Name);
        json.WriteString("channel"u8, channel);
        if (!publication.Data.IsEmpty)
        {
            json.WritePropertyName("data"u8);
            json.WriteRawValue(publication.Data.Span, skipInputValidation: true);
        }

        if (publication.UserIdJson is { } userId)
        {
            json.WritePropertyName("user_id"u8);
            json.WriteRawValue(userId, skipInputValidation: true);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteWatched(Utf8JsonWriter data, string name, IReadOnlyCollection<string> userIds)
    {
        if (userIds.Count == 0)
        {
            return;
        }

        data.WriteStartObject();
        data.WriteString("name"u8, name);
        data.WriteStartArray("user_ids"u8);
        foreach (var userId in userIds)
        {
            data.WriteStringValue(userId);
        }

        data.WriteEndArray();
        data.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Frame(string name, string? channel, Action<Utf8JsonWriter> writeData)
    {
        var buffer = new ArrayBufferWriter<byte>(UsualSize);
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        json.WriteString("event"u8, name);
        if (channel is not null)
        {
            json.WriteString("channel"u8, channel);
        }

        writeData(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static string Inner(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>(UsualSize);
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
