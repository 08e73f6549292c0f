using Branchline.Server.Mutations;
using Branchline.Server.Schema;
using Microsoft.Extensions.FileProviders;

namespace Branchline.Server;

/// <summary>What a node is made of. Only the data directory and the schema have no default.</summary>
public sealed record ServerSettings
{
    /// <summary>Where the database and everything else of this node is kept; made when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The business as it is declared.</summary>
    public required SchemaSource Schema { get; init; }

    /// <summary>Addresses to listen on, separated by semicolons. Takes the place of what <see cref="Values"/> say.</summary>
    public string? Urls { get; init; }

    /// <summary>The rules of the business that need code.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>The web app; without it the node serves no pages.</summary>
    public IFileProvider? WebFiles { get; init; }

    /// <summary>Settings by name: <c>Branchline:Access:SessionLifetime</c>, <c>PUSHER_APP_KEY</c>. <see cref="EnvironmentValues"/> reads them.</summary>
    public IReadOnlyDictionary<string, string?> Values { get; init; } = new Dictionary<string, string?>();

    /// <summary>A shop to try things in: its passwords are known.</summary>
    public bool Demo { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
