// The loop of the generator: taken once for each receive, it counts, and sends what may leave (fan-out benchmark).
using Branchline.Cli.Bench.Measured;

namespace Branchline.Cli.Bench;

/// <summary>
/// What is on the way: which message may leave next and what has arrived. Everything but <see cref="Fail"/> and what opens and closes it
/// happens under <see cref="Gate"/>; where the system lets one thread wait for all sockets, nobody ever waits for it.
/// </summary>
internal sealed class Traffic(LoadCase what, Target target, TimeProvider time, string name)
{
    private readonly SignedRequest _request = new(target, time);
    private readonly Queue<Publisher> _free = new(what.Publishers);
    private readonly string[] _channels = [.. Enumerable.Range(0, what.Channels).Select(channel => $"{name}-{channel}")];
    private readonly int[][] _sent = [.. Enumerable.Range(0, what.Channels).Select(_ => new int[what.Publishers])];
    private readonly double _nanosecondsPerTick = 1e9 / time.TimestampFrequency;
    private Latencies? _latencies;
    private bool _isOpen;
    private long _publications;
    private long _givenUp;

    public Lock Gate { get; } = new();

    public int PublisherCount => what.Publishers;

    public long Now => time.GetTimestamp();

    /// <summary>When the next message is due, where a rate is kept.</summary>
    public long Due { get; private set; }

    /// <summary>Deliveries that arrived in their place.</summary>
    public long Delivered { get; private set; }

    /// <summary>Deliveries that were passed over by a later one.</summary>
    public long Skipped { get; private set; }

    /// <summary>Deliveries that came twice, or after one that was published later.</summary>
    public long Disordered { get; private set; }

    /// <summary>Connections that the node closed.</summary>
    public int ClosedCount { get; private set; }

    /// <summary>The first thing that went wrong with publishing.</summary>
    public string? Failure { get; private set; }

    /// <summary>Deliveries still on the way.</summary>
    public long Waiting => (_publications * what.PerChannel) - Delivered - Skipped - _givenUp;

    public string NameOf(int channel) => _channels[channel];

    /// <summary>From here on messages leave.</summary>
    public void Open(IEnumerable<Publisher> publishers)
    {
        lock (Gate)
        {
            foreach (var publisher in publishers)
            {
                _free.Enqueue(publisher);
            }

            _isOpen = true;
            Due = Now;
            Pump();
        }
    }

    /// <summary>No more messages leave; what is on the way may still arrive.</summary>
    public void Close()
    {
        lock (Gate)
        {
            _isOpen = false;
        }
    }

    /// <summary>Deliveries from here on are timed, or none.</summary>
    public void Measure(Latencies? latencies)
    {
        lock (Gate)
        {
            _latencies = latencies;
        }
    }

    /// <summary>Sends what may leave.</summary>
    public void Pump()
    {
        while (_isOpen && _free.Count > 0 && MayLeave())
        {
            Publish(_free.Dequeue());
        }
    }

    public void Answered(Publisher publisher)
    {
        lock (Gate)
        {
            _free.Enqueue(publisher);
            Pump();
        }
    }

    /// <summary>Takes one delivery; <paramref name="next"/> is what its subscriber had to receive from each publisher.</summary>
    public void Count(int[] next, Mark mark, long now)
    {
        if ((uint)mark.Publisher >= (uint)next.Length || mark.Number < next[mark.Publisher])
        {
            Disordered++;
            return;
        }

        Skipped += mark.Number - next[mark.Publisher];
        next[mark.Publisher] = mark.Number + 1;
        Delivered++;
        _latencies?.Add((long)((now - mark.At) * _nanosecondsPerTick));
    }

    /// <summary>What has been on the way for too long is not waited for; if it still comes it counts as arrived.</summary>
    public void GiveUp()
    {
        lock (Gate)
        {
            _givenUp += Waiting;
            Pump();
        }
    }

    /// <summary>Deliveries that this subscriber never had, besides those passed over.</summary>
    public long Missing(Subscriber subscriber)
    {
        long missing = 0;
        for (var publisher = 0; publisher < what.Publishers; publisher++)
        {
            missing += _sent[subscriber.Channel][publisher] - subscriber.Next[publisher];
        }

        return missing;
    }

    public void Closed()
    {
        lock (Gate)
        {
            ClosedCount++;
        }
    }

    public void Fail(string why)
    {
        lock (Gate)
        {
            Failure ??= why;
        }
    }

    // A late publisher counts against the node: where a rate is kept, the time begins when the message was due.
    private bool MayLeave() => what.Rate > 0 ? Due <= Now : Waiting < (long)what.Window * what.PerChannel;

    private void Publish(Publisher publisher)
    {
        var channel = (int)(_publications++ % what.Channels);
        var at = what.Rate > 0 ? Due : Now;
        Due += what.Rate > 0 ? time.TimestampFrequency / what.Rate : 0;
        publisher.Send(_request.Write(_channels[channel], new Mark(at, publisher.Number, _sent[channel][publisher.Number]++)));
    }
}
