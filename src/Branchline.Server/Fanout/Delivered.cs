using Branchline.Server.Feed;

namespace Branchline.Server.Fanout;

/// <summary>How far changes have been handed to subscribers. Lets an answer wait until the changes it speaks of are on their way.</summary>
internal sealed class Delivered(FeedMarks marks)
{
    private readonly Lock _gate = new();

    // Waiting for a change not yet handed on; under the gate.
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private long _seq = marks.Head;

    /// <summary>The last change that was handed to everybody.</summary>
    public long Seq => Volatile.Read(ref _seq);

    /// <summary>Called by the pump only.</summary>
    public void Advance(long seq)
    {
        lock (_gate)
        {
            Volatile.Write(ref _seq, seq);
            while (_waiting.TryPeek(out var waiter, out var wanted) && wanted <= seq)
            {
                _waiting.Dequeue();
                waiter.TrySetResult();
            }
        }
    }

    /// <summary>Completes once every change up to this one was handed on. Changes from before this process count as such.</summary>
    public Task WaitAsync(long seq, CancellationToken cancellationToken)
    {
        if (seq <= Volatile.Read(ref _seq))
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            if (seq <= _seq)
            {
                return Task.CompletedTask;
            }

            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(waiter, seq);
            return waiter.Task.WaitAsync(cancellationToken);
        }
    }
}
