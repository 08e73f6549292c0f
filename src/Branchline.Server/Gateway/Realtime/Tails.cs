using System.IO.Enumeration;
using System.Threading.Channels;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Realtime;

/// <summary>Which lines somebody wants to see: names may hold <c>*</c> and <c>?</c>; null is any.</summary>
internal sealed record TailFilter(string? App, string? Channel, string? Event)
{
    public bool Takes(TailLine line) => Fits(App, line.App) && Fits(Channel, line.Channel) && Fits(Event, line.Event);

    private static bool Fits(string? wanted, string? name) =>
        wanted is null || (name is not null && FileSystemName.MatchesSimpleExpression(wanted, name, ignoreCase: false));
}

/// <summary>
/// Everybody who looks on at what happens. While nobody does, that costs a glance at an empty list. Posted to from any thread,
/// which never waits: whoever reads too slowly misses lines and is told how many.
/// </summary>
internal sealed class Tails(TimeProvider time)
{
    /// <summary>How many may look on at a time.</summary>
    public const int Most = 16;

    private readonly Lock _gate = new();

    // Replaced as a whole under the gate.
    private volatile Tail[] _open = [];

    /// <summary>Whether a line is worth putting together.</summary>
    public bool IsOpen => _open.Length > 0;

    public int Count => _open.Length;

    /// <summary>Null when as many look on as may.</summary>
    public Tail? TryOpen(TailFilter filter)
    {
        lock (_gate)
        {
            if (_open.Length == Most)
            {
                return null;
            }

            var tail = new Tail(filter);
            _open = [.. _open, tail];
            return tail;
        }
    }

    public void Close(Tail tail)
    {
        lock (_gate)
        {
            _open = [.. _open.Where(other => other != tail)];
        }
    }

    public void Post(TailLine line)
    {
        line = line with { At = time.GetUtcNow() };
        foreach (var tail in _open)
        {
            tail.Offer(line);
        }
    }

    /// <summary>Shows what a connection did.</summary>
    public void Show(TailKind kind, string app, Peer peer, string? channel = null)
    {
        if (IsOpen)
        {
            Post(new TailLine(kind, app) { Channel = channel, SocketId = peer.SocketId, User = peer.Who });
        }
    }
}

/// <summary>One who looks on.</summary>
internal sealed class Tail(TailFilter filter)
{
    private const int Capacity = 1000;

    private readonly Channel<TailLine> _lines = System.Threading.Channels.Channel.CreateBounded<TailLine>(
        new BoundedChannelOptions(Capacity) { SingleReader = true });

    private long _lost;

    public void Offer(TailLine line)
    {
        if (filter.Takes(line) && !_lines.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _lines.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>The next line, or null.</summary>
    public TailLine? Take()
    {
        if (!_lines.Reader.TryRead(out var line))
        {
            return null;
        }

        var lost = Interlocked.Exchange(ref _lost, 0);
        return lost == 0 ? line : line with { Lost = lost };
    }
}
