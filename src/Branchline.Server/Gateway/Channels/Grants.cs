using Branchline.Server.Access;

namespace Branchline.Server.Gateway.Channels;

/// <summary>
/// What this node itself signed for one connection, and how much of each channel that lets it hear. A signature is the same
/// whoever made it, so what we signed for a person must be told from what a backend with the secret signed: by looking here.
/// Kept as long as the connection, whose socket id is never given out again; one connection serves one person.
/// Written by the auth endpoint, read by the connection's reading loop.
/// </summary>
internal sealed class Grants(int capacity, Identity? handshake)
{
    private readonly Dictionary<string, ChannelVerdict.Granted> _byChannel = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private string? _userId = handshake?.UserId;

    /// <summary>False when the connection serves another person, or holds too many grants already: then nothing may be signed.</summary>
    public bool TryAdd(string channel, Identity identity, ChannelVerdict.Granted granted)
    {
        lock (_gate)
        {
            _userId ??= identity.UserId;
            if (_userId != identity.UserId || (_byChannel.Count >= capacity && !_byChannel.ContainsKey(channel)))
            {
                return false;
            }

            _byChannel[channel] = granted;
            return true;
        }
    }

    /// <summary>What the holder of a valid signature hears: what we granted, or everything when a backend signed it.</summary>
    public ChannelVerdict.Granted For(string channel)
    {
        lock (_gate)
        {
            return _byChannel.GetValueOrDefault(channel) ?? ChannelAccess.Everything;
        }
    }
}
