using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Branchline.Client.Outgoing;

/// <summary>A push as it travels: the mutations are joined as they lie in the outbox.</summary>
internal static class PushBody
{
    /// <summary><paramref name="socketId"/>: the request's number on a socket; null over HTTP.</summary>
    public static ReadOnlyMemory<byte> Of(string? incarnation, IReadOnlyList<OutboxEntry> entries, long? socketId)
    {
        var body = new ArrayBufferWriter<byte>(256 + entries.Sum(entry => entry.Body.Length + 1));
        var opening = socketId is { } id ? FormattableString.Invariant($"{{\"type\":\"push\",\"id\":{id},") : "{";
        var brought = incarnation is null ? "null" : $"\"{JsonEncodedText.Encode(incarnation)}\"";
        Encoding.UTF8.GetBytes($"{opening}\"incarnation\":{brought},\"mutations\":[", body);
        for (var index = 0; index < entries.Count; index++)
        {
            if (index > 0)
            {
                body.Write(","u8);
            }

            body.Write(entries[index].Body.Span);
        }

        body.Write("]}"u8);
        return body.WrittenMemory;
    }
}
