using Branchline.Server;

namespace Branchline.Cli.Bench;

/// <summary>One shape of load: how many listen to how many channels, and what makes the next message leave.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Channels">Channels that are published to in turn.</param>
/// <param name="PerChannel">Subscribers of each channel.</param>
/// <param name="Publishers">Keep-alive connections that publish; none when nothing is said.</param>
internal sealed record LoadCase(string Name, int Channels, int PerChannel, int Publishers)
{
    public const string All = "lock,burst,rate,slow,many,idle";

    private const int ManyPerChannel = 10;
    private const int IdleTimes = 10;

    // What a process has open besides the sockets of the load.
    private const int OtherFiles = 300;

    /// <summary>Messages on the way at the same time; the next one leaves when the oldest has reached everybody.</summary>
    public int Window { get; init; }

    /// <summary>Messages a second; 0 when the window decides.</summary>
    public int Rate { get; init; }

    /// <summary>One more subscriber stands still all the time.</summary>
    public bool HasStuckReader { get; init; }

    public int Connections => Channels * PerChannel;

    public bool IsIdle => Publishers == 0;

    public static LoadCase Named(string name, int subscribers) => name switch
    {
        "lock" => new(name, 1, subscribers, 1) { Window = 1 },
        "burst" => new(name, 1, subscribers, 32) { Window = 32 },
        "rate" => new(name, 1, subscribers, 4) { Rate = 20 },
        "slow" => new(name, 1, subscribers, 4) { Rate = 20, HasStuckReader = true },
        "many" => new(name, subscribers / Math.Min(ManyPerChannel, subscribers), Math.Min(ManyPerChannel, subscribers), 16) { Window = 64 },
        "idle" => new(name, 1, subscribers * IdleTimes, 0),
        _ => throw new StartRefusedException($"There is no case \"{name}\"; the cases are {All}."),
    };

    /// <summary>As much of it as fits when a process may have so many files open; both ends of a connection are on this machine.</summary>
    public LoadCase FitTo(int files)
    {
        var room = Math.Max(1, files - OtherFiles - Publishers);
        if (Connections <= room)
        {
            return this;
        }

        return Channels == 1 ? this with { PerChannel = room } : this with { Channels = Math.Max(1, room / PerChannel) };
    }
}
