using Branchline.Server.Fanout;
using Branchline.Server.Feed;

namespace Branchline.Server.Gateway.Plain;

/// <summary>The questions that somebody follows at the moment. Commits wake them; a timer does it for heartbeats.</summary>
internal sealed class RowStreams : Dialect, IDisposable
{
    /// <summary>How often a reader of rows hears that the node is there.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly RowSource _source;
    private readonly ITimer _beat;
    private readonly Lock _gate = new();

    // Under the gate; the array is what a commit goes through.
    private readonly Dictionary<string, (RowStream Stream, int Readers)> _byKey = new(StringComparer.Ordinal);
    private RowStream[] _all = [];

    public RowStreams(RowSource source, TimeProvider time)
    {
        _source = source;
        _beat = time.CreateTimer(static state => ((RowStreams)state!).Beat(), this, Heartbeat, Heartbeat);
    }

    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        foreach (var stream in Volatile.Read(ref _all))
        {
            if (stream.Concerns(batch))
            {
                stream.Wake(hasNews: true);
            }
        }
    }

    /// <summary>The question's stream; <see cref="Leave"/> follows.</summary>
    public RowStream Join(RowQuestion question)
    {
        lock (_gate)
        {
            var (stream, readers) = _byKey.TryGetValue(question.Key, out var known) ? known : (new RowStream(question, _source), 0);
            _byKey[question.Key] = (stream, readers + 1);
            _all = [.. _byKey.Values.Select(entry => entry.Stream)];
            return stream;
        }
    }

    public void Leave(RowQuestion question)
    {
        lock (_gate)
        {
            var (stream, readers) = _byKey[question.Key];
            if (readers > 1)
            {
                _byKey[question.Key] = (stream, readers - 1);
                return;
            }

            _byKey.Remove(question.Key);
            _all = [.. _byKey.Values.Select(entry => entry.Stream)];
        }
    }

    public void Dispose() => _beat.Dispose();

    private void Beat()
    {
        foreach (var stream in Volatile.Read(ref _all))
        {
            stream.Wake(hasNews: false);
        }
    }
}
