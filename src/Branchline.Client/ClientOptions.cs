namespace Branchline.Client;

/// <summary>What a client can be told; every value has a default that fits a till.</summary>
public sealed class ClientOptions
{
    /// <summary>The clock. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes ids from the time; they must be UUIDv7. The default is the platform's own.</summary>
#pragma warning disable RS0030 // The one place that makes ids.
    public Func<DateTimeOffset, Guid> NewId { get; init; } = Guid.CreateVersion7;
#pragma warning restore RS0030

    /// <summary>What spreads the tries of many devices. The default is a seed of chance.</summary>
    public Random Jitter { get; init; } = new();

    /// <summary>The pause after a first failure; it doubles from there. The default is half a second.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest pause between two tries. The default is 15 seconds.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often changes are fetched where no socket can be had. The default is 5 seconds.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The silence after which a sign of life is asked for. The default is 15 seconds.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the node may take to show one; then the line counts as dead. The default is 10 seconds.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request by HTTP may take. The default is 20 seconds.</summary>
    public TimeSpan RequestWithin { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How many mutations that the node has applied are kept, for a node that is restored from an older copy and has lost them. The
    /// default is 10,000.
    /// </summary>
    public int SentKept { get; init; } = 10_000;

    /// <summary>How many changes wait for somebody who enumerates them; who stays further behind is told to read again. The default is 4,096.</summary>
    public int ChangesKept { get; init; } = 4096;

    /// <summary>Rows in one piece of a first sync, which is one transaction, 1 to 20,000. The default is 20,000.</summary>
    public int SnapshotRows { get; init; } = 20_000;

    /// <summary>
    /// Whether a first sync takes the node's ready database file, which is quicker than snapshots and needs as much room again beside the store
    /// until it is taken. The default is yes; where there is none, snapshots do it.
    /// </summary>
    public bool UseReadyFile { get; init; } = true;

    /// <summary>Whether answers travel compressed. The default is yes, except from this machine.</summary>
    public bool? Compressed { get; init; }

    /// <summary>What requests by HTTP go through in tests; the default is this machine's sockets.</summary>
    internal HttpMessageHandler? Handler { get; init; }

    /// <summary>
    /// Told of what unexpectedly broke off a try to keep in step, a full disk for example, on the client's own thread. The client tries
    /// again by itself; after a <see cref="ReadyFileException"/> it goes on with snapshots. The default is nobody.
    /// </summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>
    /// Told when rows of a scope were found to be others than the node's, after they were put right, on the client's own thread;
    /// <see cref="BranchlineClient.Checks"/> counts it. The default is nobody.
    /// </summary>
    public Action<ReplicaDifference>? Differed { get; init; }

    /// <summary>Whether a live socket is tried at all. The default is yes.</summary>
    public bool UseSocket { get; init; } = true;
}
