using Branchline.Client.Live;
using Branchline.Client.Outgoing;
using Branchline.Protocol;

namespace Branchline.Client;

/// <summary>How the outbox stands.</summary>
/// <param name="Waiting">How many mutations the node has not answered.</param>
/// <param name="OldestAt">When the oldest of them was saved; null when none waits.</param>
/// <param name="Rejected">How many the tray holds.</param>
public sealed record OutboxSummary(int Waiting, DateTimeOffset? OldestAt, int Rejected)
{
    /// <summary>How many the branch has applied and head office has not judged yet; 0 where the node is head office itself.</summary>
    public long Provisional { get; init; }
}

/// <summary>The outbox and the tray.</summary>
public sealed class OutboxView
{
    private readonly Outbox _outbox;
    private readonly Func<DraftContent, Guid?, CancellationToken, Task<SavedMutation>> _save;
    private readonly StateKeeper<OutboxSummary> _summary;

    internal OutboxView(Outbox outbox, Func<DraftContent, Guid?, CancellationToken, Task<SavedMutation>> save)
    {
        _outbox = outbox;
        _save = save;
        _summary = new StateKeeper<OutboxSummary>(Summary);
        _outbox.Changed += () => _summary.Set(Summary);
        _outbox.Merged += merged => Merged?.Invoke(this, merged);
    }

    /// <summary>
    /// A mutation was applied but for fields that kept a newer value. Raised on the client's own thread: return soon, and do not wait for
    /// the client in it.
    /// </summary>
    public event EventHandler<MergedMutation>? Merged;

    /// <summary>How many mutations the node has not answered.</summary>
    public int Waiting => _outbox.Waiting.Count;

    /// <summary>How it stands.</summary>
    public OutboxSummary Summary
    {
        get
        {
            var (count, oldestAt) = _outbox.Waiting;
            return new OutboxSummary(count, oldestAt, _outbox.Rejected) { Provisional = _outbox.Provisional };
        }
    }

    /// <summary>What waits, oldest first.</summary>
    public IReadOnlyList<Mutation> WaitingMutations() =>
        [.. _outbox.Open.Where(entry => entry.State == OutboxState.Waiting).Select(entry => entry.Mutation)];

    /// <summary>How it stands, and how it comes to stand; what is between may be passed over. Ends when the client is disposed of.</summary>
    public IAsyncEnumerable<OutboxSummary> SummariesAsync(CancellationToken cancellationToken = default) => _summary.WatchAsync(cancellationToken);

    /// <summary>
    /// Done when nothing waits: everything was applied, or lies in the tray with the reason. Throws <see cref="ObjectDisposedException"/>
    /// when the client is disposed of before.
    /// </summary>
    public async Task WhenSentAsync(CancellationToken cancellationToken = default)
    {
        await foreach (var summary in _summary.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (summary.Waiting == 0 && Waiting == 0)
            {
                return;
            }
        }

        throw new ObjectDisposedException(nameof(BranchlineClient));
    }

    /// <summary>What the node refused, or head office after the branch had applied it, oldest first, each whole and with the reason.</summary>
    public async Task<IReadOnlyList<RejectedMutation>> TrayAsync(CancellationToken cancellationToken = default) =>
        await _outbox.TrayAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Sends a rejected mutation again as a new one, with other writes where <paramref name="writes"/> gives some. Throws
    /// <see cref="KeyNotFoundException"/> when the tray holds none of that id, and <see cref="CheckException"/> when a declared rule would
    /// refuse it again; then it stays where it is.
    /// </summary>
    public async Task<SavedMutation> ResendAsync(Guid id, IReadOnlyList<RowWrite>? writes = null, CancellationToken cancellationToken = default)
    {
        var tray = await _outbox.TrayAsync(cancellationToken).ConfigureAwait(false);
        var rejected = tray.Find(one => one.Id == id) ?? throw new KeyNotFoundException($"The tray holds no mutation {id}");
        return await _save(new DraftContent(writes ?? rejected.Mutation.Writes, NoSeries), id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a rejected mutation out of the tray for good; nothing happens when it is not there.</summary>
    public Task DiscardAsync(Guid id, CancellationToken cancellationToken = default) => _outbox.DiscardAsync(id, cancellationToken);

    internal void Complete() => _summary.Complete();

    private static readonly Dictionary<string, long> NoSeries = [];
}
