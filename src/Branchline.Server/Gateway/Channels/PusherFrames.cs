using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>What the server itself says to a Pusher client. The golden files in protocol/pusher settle every byte.</summary>
internal static class PusherFrames
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Ping { get; } = """{"event":"pusher:ping","data":{}}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Pong { get; } = """{"event":"pusher:pong","data":{}}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Established(string socketId, TimeSpan activityTimeout) =>
        Frame("pusher:connection_established", channel: null, json => json.WriteString("data"u8, Inner(data =>
        {
            data.WriteString("socket_id"u8, socketId);
            data.WriteNumber("activity_timeout"u8, (int)Math.Ceiling(activityTimeout.TotalSeconds));
        })));

    public static ReadOnlyMemory<byte> Error(int code, string message, string? channel = null) =>
        Frame("pusher:error", channel, json =>
        {
            json.WriteStartObject("data"u8);
            json.WriteNumber("code"u8, code);
            json.WriteString("message"u8, message);
            json.WriteEndObject();
        });

    public static ReadOnlyMemory<byte> Subscribed(string channel) =>
        Frame("pusher_internal:subscription_succeeded", channel, json => json.WriteString("data"u8, "{}"u8));

    public static ReadOnlyMemory<byte> SubscriptionError(string channel, string type, string error, int status) =>
        Frame("pusher:subscription_error", channel, json => json.WriteString("data"u8, Inner(data =>
        {
            data.WriteString("type"u8, type);
            data.WriteString("error"u8, error);
            data.WriteNumber("status"u8, status);
        })));

    private static ReadOnlyMemory<byte> Frame(string name, string? channel, Action<Utf8JsonWriter> writeData)
    {
        var buffer = new ArrayBufferWriter<byte>();
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
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
