using Branchline.Protocol;

namespace Branchline.Server.Replication;

/// <summary>
/// Asks a master for the next pages while those before them are taken over. Pages that were asked for from other places than those reached are dropped:
/// asking changes nothing. One round's only.
/// </summary>
internal sealed class PullAhead(MasterLine line, TimeSpan timeout, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _dropped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private (BranchPullRequest Request, Task<BranchPullReply> Reply)? _next;

    /// <summary>The answer, which may be on its way already.</summary>
    public async Task<BranchPullReply> PullAsync(MasterState master, BranchPullRequest request)
    {
        var next = _next;
        _next = null;
        if (next is { } asked && IsSame(asked.Request, request))
        {
            return await asked.Reply;
        }

        await EndAsync(next?.Reply);
        return await line.PullAsync(master, request, timeout, cancellationToken);
    }

    /// <summary>Asks from where the answer ends, if it is one that simply goes on.</summary>
    public void Begin(MasterState master, BranchPullRequest request, BranchPullReply reply)
    {
        if (reply.Epoch == master.Epoch && reply.Scopes.Count == request.Places.Count
            && reply.Pages.All(page => page is { To: not null, Reset: null, Revoked: null }) && reply.Pages.Any(page => page.More))
        {
            var next = request with { Places = reply.Pages.ToDictionary(page => page.Scope, page => page.To!, StringComparer.Ordinal) };
            _next = (next, line.PullAsync(master, next, timeout, _dropped.Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _dropped.CancelAsync();
        await EndAsync(_next?.Reply);
        _dropped.Dispose();
    }

    // Nobody needs the answer any longer, whatever became of it.
    private static Task EndAsync(Task? reply) => reply?.ContinueWith(_ => { }, TaskScheduler.Default) ?? Task.CompletedTask;

    private static bool IsSame(BranchPullRequest one, BranchPullRequest other) =>
        one.Own == other.Own && one.Deleted == other.Deleted && one.Limit == other.Limit && one.Tables.SequenceEqual(other.Tables)
        && one.Places.Count == other.Places.Count && one.Places.All(place => other.Places.TryGetValue(place.Key, out var same) && same == place.Value);
}
