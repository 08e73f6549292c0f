using System.Text.Json;

namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// What a client that can use missed events said it knows, once, before it subscribed:
/// <c>{"sockets":[..],"channels":{NAME:{"epoch":..,"offset":..,"seq":..,"received":..,"connections":..}}}</c>; <c>seq</c> only where it was told.
/// A position's connections are the last so many of the sockets. Each position is used once.
/// </summary>
internal sealed class Resumes(string socketId, int mostChannels)
{
    /// <summary>Ids of earlier connections that are looked at; a position that counts over more of them is none.</summary>
    public const int MostSockets = 100;

    private readonly Dictionary<string, Resume> _byChannel = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Whether that much more may be brought to this connection: what it is brought waits for it all at once.</summary>
    public bool TryTake(long bytes, long most)
    {
        if (_bytes + bytes > most)
        {
            return false;
        }

        _bytes += bytes;
        return true;
    }

    /// <summary>What cannot be read is as if it had not been said: such a client gets positions from here on and nothing older.</summary>
    public void Read(ReadOnlyMemory<byte> data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            var all = document.RootElement.GetProperty("sockets");
            string[] sockets = [.. all.EnumerateArray().Skip(all.GetArrayLength() - MostSockets).Select(id => id.GetString() ?? "")];
            if (document.RootElement.TryGetProperty("channels", out var channels))
            {
                foreach (var channel in channels.EnumerateObject().Take(mostChannels))
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

    private Resume Read(JsonElement position, string[] sockets)
    {
        var connections = position.GetProperty("connections").GetInt32();
        return new Resume(
            connections > MostSockets ? "" : position.GetProperty("epoch").GetString(),
            position.GetProperty("offset").GetInt64(),
            Math.Max(0, position.GetProperty("received").GetInt32()),
            new ArraySegment<string>(sockets)[Math.Clamp(sockets.Length - connections, 0, sockets.Length)..])
        {
            Own = socketId,
            Seq = connections > MostSockets ? null : position.TryGetProperty("seq", out var seq) ? seq.GetString() : null,
        };
    }
}
