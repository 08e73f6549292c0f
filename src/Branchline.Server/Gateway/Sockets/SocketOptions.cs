using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Gateway.Sockets;

/// <summary>Sockets of clients that were not written for Branchline. Section <c>Branchline:Gateway</c>.</summary>
public sealed class SocketOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Gateway";

    /// <summary>After how much silence a Pusher client asks whether we are there, and we ask it after twice as much. The default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ActivityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may take to answer before its connection is closed. The default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a new connection may take to say what it wants; then it is cut. The default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections at the same time; one more is asked to try again later. The default is 20,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>Sessions of the HTTP fallback from one address that nobody polls at the moment; one more is asked to try again later. The default is 500.</summary>
    [Range(1, 10_000_000)]
    public int MaxUnpolledPerAddress { get; init; } = 500;

    /// <summary>Channels of one connection. The default is 200.</summary>
    [Range(1, 100_000)]
    public int MaxChannels { get; init; } = 200;

    /// <summary>The largest message a client may send, in bytes. The default is 128 KB.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxMessage { get; init; } = 128 * 1024;

    /// <summary>Bytes that may wait for a client before it counts as too slow. The default is 2 MB: more than a list of rows writes in one commit.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int QueueBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>
    /// Channels whose table events anybody may hear without signing in: names separated by commas, or <c>*</c> for all.
    /// By default none; in demo mode all.
    /// </summary>
    public string? PublicChannels { get; set; }

    /// <summary>Words of <c>/ws</c> that anybody may hear without signing in, written in the same way.</summary>
    public string? PublicWords { get; set; }

    /// <summary>A demo is open unless somebody said otherwise.</summary>
    internal void OpenFor(bool demo)
    {
        PublicChannels ??= demo ? OpenNames.All : null;
        PublicWords ??= demo ? OpenNames.All : null;
    }
}
