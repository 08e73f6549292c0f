using System.Text.Json;

namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// What a client that can use missed events said it knows, before it subscribed:
/// <c>{"sockets":[..],"channels":{NAME:{"epoch":..,"offset":..,"seq":..,"received":..,"connections":..}}}</c>; <c>seq</c> only where it was told.
/// A position's connections are the last so many of the sockets. Each position is used once.
/// </summary>
internal sealed class Resumes(string socketId)
{
    private const int Most = 1000;

    private readonly Dictionary<string, Resume> _byChannel = new(StringComparer.Ordinal);

    /// <summary>What cannot be read is as if it had not been said: such a client gets positions from here on and nothing older.</summary>
    public void Read(ReadOnlyMemory<byte> data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            string[] sockets = [.. document.RootElement.GetProperty("sockets").EnumerateArray().Select(id => id.GetString() ?? "")];
            if (document.RootElement.TryGetProperty("channels", out var channels))
            {
                foreach (var channel in channels.EnumerateObject().Take(Most))
                {
                    _byChannel[channel.Name] = Read(channel.Value, sockets);
                }
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            _byChannel.Clear();
        }
    }

    public Resume For(string channel) => _byChannel.Remove(channel, out var resume) ? resume : Resume.Fresh;

    private Resume Read(JsonElement position, string[] sockets) => new(
        position.GetProperty("epoch").GetString(),
        position.GetProperty("offset").GetInt64(),
        Math.Max(0, position.GetProperty("received").GetInt32()),
        [socketId, .. sockets.TakeLast(position.GetProperty("connections").GetInt32())])
    {
        Seq = position.TryGetProperty("seq", out var seq) ? seq.GetString() : null,
    };
}
