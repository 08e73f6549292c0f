using System.Collections.Concurrent;
using Branchline.Server.Access.Links;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Microsoft.Extensions.Hosting;

namespace Branchline.Server.Gateway.Branches;

/// <summary>
/// "There is news, pull": a branch keeps a question open, which is answered when a commit has something in one of its scopes.
/// </summary>
internal sealed class BranchPokes(IHostApplicationLifetime lifetime, TimeProvider time) : Dialect
{
    private readonly ConcurrentDictionary<Waiter, byte> _waiters = new();
    private readonly ConcurrentDictionary<string, long> _tips = new(StringComparer.Ordinal);

    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        foreach (var change in batch.Changes)
        {
            _tips[change.Scope] = change.Seq;
        }

        foreach (var waiter in _waiters.Keys.Where(waiter => batch.Changes.Any(change => waiter.Link.Holds(change.Scope))))
        {
            waiter.Poked.TrySetResult();
        }
    }

    /// <summary>The links whose branches keep a question open at this moment.</summary>
    public IReadOnlySet<string> Waiting => _waiters.Keys.Select(waiter => waiter.Link.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>Returns once something of the link's scopes was committed after the change, or after the longest time.</summary>
    public async Task WaitAsync(BranchLink link, long seq, TimeSpan longest, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(link, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiters[waiter] = 0;
        try
        {
            // Whoever looks after it was entered misses nothing.
            if (!_tips.Any(tip => tip.Value > seq && link.Holds(tip.Key)))
            {
                // A node that stops does not wait for those who wait.
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
                await waiter.Poked.Task.WaitAsync(longest, time, either.Token);
            }
        }
        catch (Exception over) when (over is TimeoutException || (over is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // No news.
        }
        finally
        {
            _waiters.TryRemove(waiter, out _);
        }
    }

    private sealed record Waiter(BranchLink Link, TaskCompletionSource Poked);
}
