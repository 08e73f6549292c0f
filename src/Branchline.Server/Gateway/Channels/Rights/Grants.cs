namespace Branchline.Server.Gateway.Channels.Rights;

/// <summary>
/// What this node itself signed for one connection, and how much of each channel that lets it hear. A signature is the same
/// whoever made it, so what we signed for a person must be told from what a backend with the secret signed: by looking here.
/// Kept as long as the connection, whose socket id is never given out again. Written by the auth endpoint, read by the connection's reading loop.
/// <code>
/// nobody's ── signed for A ─► A's, not settled ── a signature of A's is used ─► A's for good
///    ▲                              │
///    └── A's sessions all ended ────┘            a handshake with A's session ─► A's for good
/// </code>
/// Whoever knows a socket id can ask for it, but only the connection can use what is signed: until then nothing of the one who asked touches it.
/// </summary>
internal sealed class Grants(int capacity, Listener handshake)
{
    private readonly Dictionary<string, Grant> _byChannel = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private string? _owner = handshake.Identity?.UserId;
    private bool _isSettled = handshake.Identity is not null;

    /// <summary>Unless the answer is <see cref="Granting.Given"/> nothing may be signed, and nothing has changed.</summary>
    public Granting TryAdd(string channel, Grant grant)
    {
        lock (_gate)
        {
            if (_owner is not null && _owner != grant.UserId && (_isSettled || _byChannel.Values.Any(one => one.IsAlive)))
            {
                return Granting.Taken;
            }

            if (_byChannel.Count >= capacity && !_byChannel.ContainsKey(channel))
            {
                return Granting.Full;
            }

            _owner = grant.UserId;
            _byChannel[channel] = grant;
            return Granting.Given;
        }
    }

    /// <summary>The connection shows a valid signature: what we granted by it, or null when a backend signed it.</summary>
    public Grant? Use(string channel)
    {
        lock (_gate)
        {
            var grant = _byChannel.GetValueOrDefault(channel);
            _isSettled |= grant is not null && grant.UserId == _owner;
            return grant;
        }
    }

    public bool IsOwnedBy(string? userId)
    {
        lock (_gate)
        {
            return _owner == userId;
        }
    }
}

/// <summary>What a person may hear by one signature, and the session that it was made for.</summary>
internal sealed record Grant(Listener Listener, ChannelVerdict.Granted Verdict)
{
    public string? UserId => Listener.Identity?.UserId;

    public bool IsAlive => !Listener.Ended.IsCancellationRequested;
}

/// <summary>What became of a wish to have something signed.</summary>
internal enum Granting
{
    Given,

    /// <summary>The connection serves another person.</summary>
    Taken,

    /// <summary>It holds as many grants as it may.</summary>
    Full,
}
