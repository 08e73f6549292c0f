using System.ComponentModel.DataAnnotations;

namespace Branchline.Server;

/// <summary>Where and how a node listens. Section <c>Branchline</c>.</summary>
public sealed class NodeOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline";

    /// <summary>Addresses, separated by semicolons. The default is http://localhost:8000.</summary>
    [Required]
    public string Urls { get; init; } = "http://localhost:8000";

    /// <summary>A second port for the same node, as <c>WEBSOCKET_PORT</c> says; by default there is none.</summary>
    [Range(1, 65535)]
    public int? WebSocketPort { get; init; }

    /// <summary>The largest request body in bytes. The default is 8 MB.</summary>
    [Range(1024, 1L << 30)]
    public long MaxBody { get; init; } = 8 * 1024 * 1024;
}
