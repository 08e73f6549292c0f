using System.ComponentModel.DataAnnotations;

namespace Branchline.Server.Gateway.Apps;

/// <summary>How much one realtime app may use. Section <c>Branchline:App:Limits</c>, and <c>Limits</c> of each further app.</summary>
public sealed record AppLimits
{
    /// <summary>Connections at the same time; 0, the default, is as many as the node takes.</summary>
    [Range(0, 10_000_000)]
    public int MaxConnections { get; init; }

    /// <summary>Connections at the same time from one network address; 0, the default, is any number: a shop has one address.</summary>
    [Range(0, 10_000_000)]
    public int MaxConnectionsPerAddress { get; init; }

    /// <summary>The longest name of a channel. The default is 200.</summary>
    [Range(1, 1000)]
    public int MaxChannelName { get; init; } = 200;

    /// <summary>The longest name of an event. The default is 200.</summary>
    [Range(1, 1000)]
    public int MaxEventName { get; init; } = 200;

    /// <summary>The largest data of one event, in bytes. The default is 100 kB.</summary>
    [Range(1, 64 * 1024 * 1024)]
    public int MaxEventBytes { get; init; } = 100 * 1024;

    /// <summary>Channels one published event may go to. The default is 100.</summary>
    [Range(1, 10_000)]
    public int MaxChannelsPerEvent { get; init; } = 100;

    /// <summary>Events in one batch. The default is 10.</summary>
    [Range(1, 10_000)]
    public int MaxBatch { get; init; } = 10;

    /// <summary>Members of one presence channel. The default is 100.</summary>
    [Range(1, 100_000)]
    public int MaxPresenceMembers { get; init; } = 100;

    /// <summary>The largest description of one member, in bytes. The default is 2,048.</summary>
    [Range(1, 1024 * 1024)]
    public int MaxMemberBytes { get; init; } = 2048;

    /// <summary>People one signed-in person may watch. The default is 100.</summary>
    [Range(0, 10_000)]
    public int MaxWatchlist { get; init; } = 100;

    /// <summary>Client events a connection may send in a second; 0 is any number. The default is 10.</summary>
    [Range(0, 1_000_000)]
    public int MaxClientEventsPerSecond { get; init; } = 10;

    /// <summary>Events published in a second; 0, the default, is any number.</summary>
    [Range(0, 100_000_000)]
    public int MaxEventsPerSecond { get; init; }

    /// <summary>After how long a connection that neither signed in nor joined a private channel is closed; 0, the default, is never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan SignInTimeout { get; init; }

    /// <summary>How long a cache channel keeps its last event. The default is 30 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan CacheLifetime { get; init; } = TimeSpan.FromMinutes(30);
}
