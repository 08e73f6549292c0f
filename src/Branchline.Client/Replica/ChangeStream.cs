using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Branchline.Client.Replica;

/// <summary>
/// Tells every listener what changed, in order. Nobody waits for a listener: one that stays behind loses what does not fit and is told
/// once to read again.
/// </summary>
internal sealed class ChangeStream(int capacity)
{
    private static readonly RowChange<LocalRow> Reset = new(RowChangeKind.Reset, string.Empty, Guid.Empty, null, false, null);

    // Written by whoever listens; read by the store's writer. Copied on write.
    private volatile Listener[] _listeners = [];

    public bool HasListeners => _listeners.Length > 0;

    /// <summary>On the store's writer's thread only.</summary>
    public void Tell(RowChange<LocalRow> change)
    {
        foreach (var listener in _listeners)
        {
            listener.Tell(change);
        }
    }

    public void TellReset() => Tell(Reset);

    /// <summary>Listens from this call on, not only from the first step of the enumeration.</summary>
    public IAsyncEnumerable<RowChange<LocalRow>> Listen(string? table, CancellationToken cancellationToken)
    {
        var listener = new Listener(table, capacity);
        Change(listeners => [.. listeners, listener]);
        return ReadAsync(listener, cancellationToken);
    }

    public void Complete()
    {
        foreach (var listener in _listeners)
        {
            listener.Complete();
        }
    }

    private async IAsyncEnumerable<RowChange<LocalRow>> ReadAsync(
        Listener listener, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in listener.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return change;
            }
        }
        finally
        {
            Change(listeners => [.. listeners.Where(one => one != listener)]);
        }
    }

    private void Change(Func<Listener[], Listener[]> change)
    {
        while (true)
        {
            var known = _listeners;
#pragma warning disable CS0420 // Interlocked is as good as volatile.
            if (Interlocked.CompareExchange(ref _listeners, change(known), known) == known)
            {
                return;
            }
#pragma warning restore CS0420
        }
    }

    private sealed class Listener(string? table, int capacity)
    {
        private readonly Channel<RowChange<LocalRow>> _changes = Channel.CreateBounded<RowChange<LocalRow>>(
            new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });

        // Set by the writer when something did not fit, taken back by the reader when it has said so.
        private volatile bool _isBehind;

        public void Tell(RowChange<LocalRow> change)
        {
            if (table is not null && change.Kind != RowChangeKind.Reset && change.Table != table)
            {
                return;
            }

            if (!_isBehind && !_changes.Writer.TryWrite(change))
            {
                _isBehind = true;
            }
        }

        public void Complete() => _changes.Writer.TryComplete();

        public async IAsyncEnumerable<RowChange<LocalRow>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (await _changes.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (_changes.Reader.TryRead(out var change))
                {
                    yield return change;
                }

                if (_isBehind)
                {
                    _isBehind = false;
                    yield return Reset;
                }
            }
        }
    }
}
