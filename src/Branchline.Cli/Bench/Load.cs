using Branchline.Cli.Bench.Measured;
using Branchline.Server;

namespace Branchline.Cli.Bench;

/// <summary>One case against one node: connect everybody, warm up, measure, let the rest arrive, count.</summary>
internal sealed class Load : IAsyncDisposable
{
    // As many handshakes as are on the way at the same time.
    private const int Openers = 64;
    private const int SmallIntake = 1024;
    private const int LargeIntake = 16 * 1024;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(2);
    private readonly LoadCase _case;
    private readonly TimeProvider _time;
    private readonly Traffic _traffic;
    private readonly Subscriber[] _subscribers;
    private readonly Publisher[] _publishers;
    private readonly StuckReader? _stuck;
    private readonly List<Task> _listening = [];
    private long _lastDelivered;
    private long _lastProgress;

    public Load(LoadCase what, Target target, TimeProvider time, string name)
    {
        (_case, _time) = (what, time);
        _traffic = new Traffic(what, target, time, name);
        var size = what.IsIdle ? SmallIntake : LargeIntake;
        _subscribers = [.. Enumerable.Range(0, what.Connections).Select(number => new Subscriber(target, _traffic, number % what.Channels, size))];
        _stuck = what.HasStuckReader ? new StuckReader(target, _traffic, time) : null;
        _publishers = [.. Enumerable.Range(0, what.Publishers).Select(number => new Publisher(number, target, _traffic))];
    }

    public async Task<CaseFigures> MeasureAsync(TimeSpan duration, OwnNode? node, CancellationToken cancellationToken)
    {
        await Task.Delay(Settle, _time, cancellationToken);
        var bytes = node?.ResidentBytes;
        var started = _time.GetTimestamp();
        await JoinAsync(cancellationToken);
        var figures = new CaseFigures(_case.Name, _case.Connections)
        {
            ConnectsPerSecond = _case.Connections / _time.GetElapsedTime(started).TotalSeconds,
        };
        _listening.AddRange(_subscribers.Select(subscriber => subscriber.ListenAsync()));

        // What completed last may have run on the thread that waits for all sockets; it must not wait for anything else.
        await Task.Yield();
        await Task.Delay(Settle, _time, cancellationToken);
        return _case.IsIdle
            ? await StayAsync(figures, bytes, node, cancellationToken)
            : await PublishAsync(figures, duration, node, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _traffic.Close();
        Array.ForEach(_subscribers, subscriber => subscriber.Dispose());
        Array.ForEach(_publishers, publisher => publisher.Dispose());
        _stuck?.Dispose();
        await Task.WhenAll(_listening);
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        if (_stuck is not null)
        {
            await _stuck.JoinAsync(cancellationToken);
        }

        var how = new ParallelOptions { MaxDegreeOfParallelism = Openers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_subscribers, how, async (subscriber, token) => await subscriber.JoinAsync(token));
        foreach (var publisher in _publishers)
        {
            await publisher.OpenAsync(cancellationToken);
            _listening.Add(publisher.ListenAsync());
        }
    }

    private async Task<CaseFigures> StayAsync(CaseFigures figures, long? bytes, OwnNode? node, CancellationToken cancellationToken)
    {
        await Task.Delay(Settle, _time, cancellationToken);
        return figures with
        {
            BytesPerConnection = (node?.ResidentBytes - bytes) / (double)_case.Connections,
            Closed = _traffic.ClosedCount,
        };
    }

    private async Task<CaseFigures> PublishAsync(CaseFigures figures, TimeSpan duration, OwnNode? node, CancellationToken cancellationToken)
    {
        _lastProgress = _time.GetTimestamp();
        _traffic.Open(_publishers);
        await RunAsync(duration < CaseFigures.LongestWarmUp ? duration : CaseFigures.LongestWarmUp, cancellationToken);
        var latencies = new Latencies();
        _traffic.Measure(latencies);
        var (delivered, started) = (_traffic.Delivered, _time.GetTimestamp());
        var (cpu, own) = (node?.CpuTime, Environment.CpuUsage.TotalTime);
        await RunAsync(duration, cancellationToken);
        _traffic.Measure(null);
        var seconds = _time.GetElapsedTime(started).TotalSeconds;
        var count = _traffic.Delivered - delivered;
        figures = figures with
        {
            DeliveriesPerSecond = count / seconds,
            CpuMicroseconds = count == 0 ? null : (node?.CpuTime - cpu)?.TotalMicroseconds / count,
            GeneratorCpu = (Environment.CpuUsage.TotalTime - own).TotalSeconds / seconds,
            P50 = latencies.Milliseconds(0.50),
            P95 = latencies.Milliseconds(0.95),
            P99 = latencies.Milliseconds(0.99),
        };
        _traffic.Close();
        await DrainAsync(cancellationToken);
        var whole = Verify(figures);
        return _stuck is null || await _stuck.WasThereAsync(cancellationToken) ? whole : whole with { Closed = whole.Closed + 1 };
    }

    /// <summary>Keeps messages leaving until the time is over; the sockets themselves do most of it.</summary>
    private async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        for (var started = _time.GetTimestamp(); _time.GetElapsedTime(started) < duration;)
        {
            await WaitAsync(cancellationToken);
            lock (_traffic.Gate)
            {
                _traffic.Pump();
            }

            if (IsStalled())
            {
                _traffic.GiveUp();
            }

            if (_traffic.Failure is { } failure)
            {
                throw new StartRefusedException(failure);
            }
        }
    }

    /// <summary>Until the next message is due, to the point: timers come late by a millisecond or more.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var left = _case.Rate == 0 ? Look : _time.GetElapsedTime(_time.GetTimestamp(), _traffic.Due);
        var rest = left > Look ? Look : left - Punctual;
        if (_case.Rate == 0 || rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, _time, cancellationToken);
        }

        while (_case.Rate > 0 && left <= Look && _time.GetTimestamp() < _traffic.Due)
        {
            Thread.SpinWait(20);
        }
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        _lastProgress = _time.GetTimestamp();
        while (_traffic.Waiting > 0 && !IsStalled())
        {
            await Task.Delay(Look, _time, cancellationToken);
        }
    }

    private bool IsStalled()
    {
        lock (_traffic.Gate)
        {
            if (_traffic.Delivered != _lastDelivered || _traffic.Waiting == 0)
            {
                (_lastDelivered, _lastProgress) = (_traffic.Delivered, _time.GetTimestamp());
            }

            return _time.GetElapsedTime(_lastProgress) > Patience;
        }
    }

    private CaseFigures Verify(CaseFigures figures)
    {
        lock (_traffic.Gate)
        {
            return figures with
            {
                Deliveries = _traffic.Delivered,
                Lost = _traffic.Skipped + _subscribers.Sum(_traffic.Missing),
                Disordered = _traffic.Disordered,
                Closed = _traffic.ClosedCount,
            };
        }
    }
}
