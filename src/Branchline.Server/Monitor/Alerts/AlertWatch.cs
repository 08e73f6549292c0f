using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Monitor.Alerts;

/// <summary>Looks at every figure now and then. What goes beyond its limit is raised once, and cleared once: in the list, in the log, and by post.</summary>
internal sealed partial class AlertWatch(
    IEnumerable<AlertSource> sources, AlertPost post, IdSource ids, IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertWatch> logger) : BackgroundService
{
    private readonly SemaphoreSlim _look = new(1);

    // Replaced as a whole by one look at a time; read by whoever watches.
    private volatile IReadOnlyDictionary<(AlertKind Kind, string Subject), Alert> _raised = new Dictionary<(AlertKind, string), Alert>();

    /// <summary>The alerts that are raised, the oldest first.</summary>
    public IReadOnlyList<Alert> Raised => [.. _raised.Values.OrderBy(alert => alert.Since).ThenBy(alert => alert.Subject, StringComparer.Ordinal)];

    /// <summary>One look at everything.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _look.WaitAsync(cancellationToken);
        try
        {
            var readings = new List<AlertReading>();
            foreach (var source in sources)
            {
                readings.AddRange(await source(cancellationToken));
            }

            Compare(readings);
        }
        finally
        {
            _look.Release();
        }
    }

    public override void Dispose()
    {
        _look.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Value.Interval, time, stoppingToken);
                await LookSafelyAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private async Task LookSafelyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogBroken(failure);
        }
    }

    private void Compare(List<AlertReading> readings)
    {
        var (now, raised) = (time.GetUtcNow(), new Dictionary<(AlertKind, string), Alert>(_raised));
        foreach (var reading in readings)
        {
            var key = (reading.Kind, reading.Subject);
            if (raised.TryGetValue(key, out var known))
            {
                if (AlertKinds.IsCleared(reading, options.Value))
                {
                    raised.Remove(key);
                    Clear(known with { Text = reading.Text }, now);
                }
                else
                {
                    raised[key] = known with { Name = reading.Name, Text = reading.Text };
                }
            }
            else if (AlertKinds.IsRaised(reading, options.Value))
            {
                raised[key] = new Alert(reading.Kind, reading.Subject, reading.Name, reading.Text, now);
                Raise(raised[key]);
            }
        }

        // What nobody reads any longer is not there any longer.
        var read = readings.Select(reading => (reading.Kind, reading.Subject)).ToHashSet();
        foreach (var (key, gone) in raised.Where(one => !read.Contains(one.Key)).ToArray())
        {
            raised.Remove(key);
            Clear(gone, now);
        }

        _raised = raised;
    }

    private void Raise(Alert alert)
    {
        LogRaised(AlertKinds.Word(alert.Kind), alert.Name, alert.Text);
        post.Offer(new AlertEvent(ids.Next(), alert, true, alert.Since));
    }

    private void Clear(Alert alert, DateTimeOffset now)
    {
        LogCleared(AlertKinds.Word(alert.Kind), alert.Name, alert.Since);
        post.Offer(new AlertEvent(ids.Next(), alert, false, now));
    }

    [LoggerMessage(EventId = 4101, EventName = "AlertRaised", Level = LogLevel.Warning, Message = "Alert {Kind} raised for {Name}: {Text}")]
    private partial void LogRaised(string kind, string name, string text);

    [LoggerMessage(EventId = 4102, EventName = "AlertCleared", Level = LogLevel.Information, Message = "Alert {Kind} cleared for {Name}, raised since {Since:u}")]
    private partial void LogCleared(string kind, string name, DateTimeOffset since);

    [LoggerMessage(EventId = 4103, EventName = "AlertsNotRead", Level = LogLevel.Error, Message = "Alerts could not be looked at")]
    private partial void LogBroken(Exception failure);
}
