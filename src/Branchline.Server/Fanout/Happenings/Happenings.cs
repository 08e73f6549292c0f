#pragma warning disable IDE0130 // See ChannelHappening.
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Fanout;

/// <summary>
/// What happens in channels, on its way to the backends that asked for it. Posted by sockets and publishes, which it never
/// holds up; read by one loop. What finds no room is lost, counted and told.
/// </summary>
internal sealed partial class Happenings(TimeProvider time, ILogger<Happenings> logger)
{
    private const int Capacity = 65_536;
    private static readonly TimeSpan BetweenComplaints = TimeSpan.FromSeconds(10);

    private readonly Channel<Posted> _queue =
        Channel.CreateBounded<Posted>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    // Replaced as a whole by whoever reads the queue.
    private volatile FrozenSet<string> _heard = FrozenSet<string>.Empty;
    private long _lost;
    private long _complainedAt = -1;   // a timestamp; -1 is never

    /// <summary>How many found no room since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Whether anybody wants to hear of this app: a poster may ask before it puts a happening together.</summary>
    public bool IsHeard(string appId) => _heard.Contains(appId);

    /// <summary>Never waits.</summary>
    public void Post(string appId, ChannelHappening happening)
    {
        if (IsHeard(appId) && !_queue.Writer.TryWrite(new Posted(appId, happening)))
        {
            Complain(Interlocked.Increment(ref _lost));
        }
    }

    /// <summary>Whose happenings are wanted from here on.</summary>
    public void Hear(FrozenSet<string> appIds) => _heard = appIds;

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _queue.Reader.WaitToReadAsync(cancellationToken);

    public bool TryTake([NotNullWhen(true)] out Posted? posted)
    {
        var isTaken = _queue.Reader.TryRead(out var read);
        posted = isTaken ? read : null;
        return isTaken;
    }

    private void Complain(long lost)
    {
        var last = Interlocked.Read(ref _complainedAt);
        var now = time.GetTimestamp();
        if ((last < 0 || time.GetElapsedTime(last, now) >= BetweenComplaints)
            && Interlocked.CompareExchange(ref _complainedAt, now, last) == last)
        {
            LogLost(lost);
        }
    }

    /// <summary>A happening and the app whose channel it was in.</summary>
    internal sealed record Posted(string AppId, ChannelHappening Happening);

    [LoggerMessage(Level = LogLevel.Warning, Message = "More happens in channels than backends are told of in time; {Lost} webhook events are lost since the start")]
    private partial void LogLost(long lost);
}
