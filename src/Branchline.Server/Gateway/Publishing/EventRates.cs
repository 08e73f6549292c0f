using System.Collections.Concurrent;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>How many events each app has published in this second. Counted only for apps that have a limit.</summary>
internal sealed class EventRates(TimeProvider time)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Window> _byApp = new(StringComparer.Ordinal);

    /// <summary>Null when these events may be published; else how it stands. None or all of them count.</summary>
    public RateState? TryTake(RealtimeApp app, int events)
    {
        var limit = app.Limits.MaxEventsPerSecond;
        return limit == 0 ? null : _byApp.GetOrAdd(app.Id, static _ => new Window()).TryTake(events, limit, time);
    }

    private sealed class Window
    {
        private readonly Lock _gate = new();
        private long _since;
        private int _count;

        public RateState? TryTake(int events, int limit, TimeProvider time)
        {
            lock (_gate)
            {
                if (_count == 0 || time.GetElapsedTime(_since) >= Second)
                {
                    (_since, _count) = (time.GetTimestamp(), 0);
                }

                if (_count + events > limit)
                {
                    return new RateState(limit, Math.Max(0, limit - _count), 1);
                }

                _count += events;
                return null;
            }
        }
    }
}
