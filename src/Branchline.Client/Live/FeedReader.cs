using Branchline.Client.Outgoing;
using Branchline.Client.Replica;
using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Client.Live;

/// <summary>
/// What the node says to this device: what it may see, the schema's hash, and the last number it knows from the device id of
/// <paramref name="Life"/>, which was the device's when it asked.
/// </summary>
internal sealed record Standing(IReadOnlyList<string> Scopes, string Schema, long Life, long LastN);

/// <summary>Reads the feeds of every scope the person holds into the replica: pages from the socket, pulls and snapshots.</summary>
internal sealed class FeedReader(
    StoreFile store, LocalReplica replica, Outbox outbox, NodeClient node, (Clock Clock, ClientOptions Options) how)
{
    private const int PageChanges = 1000;
    private readonly SnapshotFetch _snapshots = new(replica, node, how.Options);
    private readonly ReplicaCheck _check = new(replica, node, how.Options);
    private readonly ReadyFetch _ready = new(replica, outbox, store, node, how.Options);

    /// <summary>Done, for answers that bring nothing else.</summary>
    private static readonly Answer<object> Done = Answer<object>.Of(new object());

    /// <summary>Whether the last pull showed that the node was put back to an older copy and may have lost what it has answered for.</summary>
    public bool IsRestored { get; private set; }

    /// <summary>Set while a scope is to be compared, because this device was away too long; what waits in the outbox is sent first.</summary>
    public bool IsExpired => replica.Scopes.Values.Any(scope => scope.Old == OldRows.Expired);

    public ReplicaChecks Checks => _check.Checks;

    public Dictionary<string, Cursor?> Cursors() =>
        replica.Scopes.Values.Where(scope => scope.Cursor is not null).ToDictionary(scope => scope.Name, scope => scope.Cursor);

    /// <summary>
    /// Takes the answer to hello: drops what is no longer held, brings the schema up to date, fetches what is missing. What was answered by HTTP
    /// and not read before that line broke is read now, or it would lie on the rows until the next pull, which may be days away.
    /// </summary>
    public async Task<Answer<object>> WelcomeAsync(Standing standing, CancellationToken cancellationToken)
    {
        var answer = await StandAsync(standing, cancellationToken).ConfigureAwait(false);
        var isBehind = Missing(standing).Any() || outbox.Open.Any(entry => entry.State == OutboxState.Answered);
        return answer.Value is null || !isBehind ? answer : await CatchUpAsync(isUploaded: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a page from the socket. A page that does not follow on what was read is made good by a pull.</summary>
    public async Task<Answer<object>> TakeLiveAsync(FeedPage page, CancellationToken cancellationToken)
    {
        var taken = await TakeAsync(page, cancellationToken).ConfigureAwait(false);
        return taken is Taken.Gap or Taken.Snapshot ? await CatchUpAsync(isUploaded: false, cancellationToken).ConfigureAwait(false) : Done;
    }

    /// <summary>
    /// Pulls until nothing is missing; then what was answered before it began no longer lies on the rows. <paramref name="isUploaded"/>: what
    /// waited was sent before, so that an expired scope may be compared; else it stays as it is.
    /// </summary>
    public async Task<Answer<object>> CatchUpAsync(bool isUploaded, CancellationToken cancellationToken)
    {
        OutboxEntry[] answered = [.. outbox.Open.Where(entry => entry.State == OutboxState.Answered)];
        while (true)
        {
            var (answer, isMore) = await PullAsync(isUploaded, cancellationToken).ConfigureAwait(false);
            if (answer.Value is null)
            {
                return answer;
            }

            if (!isMore)
            {
                break;
            }
        }

        await outbox.ForgetAsync(answered, cancellationToken).ConfigureAwait(false);
        return Done;
    }

    private async Task<(Answer<object> Answer, bool IsMore)> PullAsync(bool isUploaded, CancellationToken cancellationToken)
    {
        var (device, lastAnswered) = (outbox.Device, outbox.LastAnswered);
        var (heard, formers) = outbox.Listening;
        var request = new PullRequest(device.Id, Cursors(), PageChanges) { Heard = heard, Formers = formers };
        var answer = await node.PullAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer.Refusal is { Code: ErrorCodes.CursorInvalid } && request.Cursors.Count > 0)
        {
            foreach (var scope in replica.Scopes.Values.Where(scope => scope.Cursor is not null))
            {
                await replica.ExpireAsync(scope, "epoch_changed", cancellationToken).ConfigureAwait(false);
            }

            return (Done, true);
        }

        if (answer.Value is not { } reply)
        {
            return (answer.As<object>(), false);
        }

        await outbox.HearAsync(reply.LastWord, device.Life, cancellationToken).ConfigureAwait(false);
        IsRestored = reply.LastN < lastAnswered || outbox.IsFromBefore(reply.Epoch);
        var standing = new Standing(reply.Scopes, reply.Schema, device.Life, reply.LastN);
        var stood = await StandAsync(standing, cancellationToken).ConfigureAwait(false);
        return stood.Value is null ? (stood, false) : await TakeAllAsync(reply.Pages, standing, isUploaded, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(Answer<object> Answer, bool IsMore)> TakeAllAsync(
        IReadOnlyList<FeedPage> pages, Standing standing, bool isUploaded, CancellationToken cancellationToken)
    {
        var isMore = false;
        foreach (var page in pages)
        {
            isMore |= await TakeAsync(page, cancellationToken).ConfigureAwait(false) != Taken.Whole;
        }

        if (_ready.Fits(standing.Scopes)
            && await _ready.RunAsync(standing.Scopes, (standing.Life, standing.LastN), cancellationToken).ConfigureAwait(false) is { } ready)
        {
            // Scopes that it has nothing of are missing still, and are in the next round.
            return (ready, true);
        }

        foreach (var scope in Missing(standing).ToArray())
        {
            if (IsExpired && !isUploaded)
            {
                return (Done, false);
            }

            var fetched = await FetchAsync(scope, (standing.Life, standing.LastN), cancellationToken).ConfigureAwait(false);
            if (fetched.Value is null)
            {
                return (fetched, false);
            }

            isMore = true;
        }

        return (Done, isMore);
    }

    private async Task<Answer<object>> FetchAsync(string name, (long Life, long N) mine, CancellationToken cancellationToken)
    {
        if (replica.Schema is { } schema && replica.Scopes.GetValueOrDefault(name) is { Old: OldRows.Expired } scope)
        {
            var answer = await new Comparison(replica, node, scope, schema).RunAsync(mine, cancellationToken).ConfigureAwait(false);
            if (answer.Value is { } compared)
            {
                await replica.ReadOnFromAsync(scope, compared.First, cancellationToken).ConfigureAwait(false);
                return Done;
            }

            if (answer.Refusal is not { IsForGood: true })
            {
                return answer.As<object>();
            }

            await replica.RestartSnapshotAsync(scope, cancellationToken).ConfigureAwait(false);
        }

        return await _snapshots.RunAsync(name, mine, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Answer<object>> StandAsync(Standing standing, CancellationToken cancellationToken)
    {
        foreach (var scope in replica.Scopes.Values.Where(scope => !standing.Scopes.Contains(scope.Name)).ToArray())
        {
            await replica.RevokeAsync(scope, cancellationToken).ConfigureAwait(false);
        }

        foreach (var scope in standing.Scopes.Where(scope => !replica.Scopes.ContainsKey(scope)).ToArray())
        {
            await replica.AwaitScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        }

        if (replica.Schema?.Hash == standing.Schema)
        {
            return Done;
        }

        var answer = await node.SchemaAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } schema)
        {
            return answer.As<object>();
        }

        await replica.KeepSchemaAsync(schema, () => outbox.Open, cancellationToken).ConfigureAwait(false);
        return Done;
    }

    private IEnumerable<string> Missing(Standing standing) =>
        standing.Scopes.Where(scope => replica.Scopes.GetValueOrDefault(scope)?.Cursor is null);

    private async Task<Taken> TakeAsync(FeedPage page, CancellationToken cancellationToken)
    {
        if (!replica.Scopes.TryGetValue(page.Scope, out var scope))
        {
            return Taken.Whole;
        }

        if (page.Revoked is true)
        {
            await replica.RevokeAsync(scope, cancellationToken).ConfigureAwait(false);
            return Taken.Whole;
        }

        if (page.Reset is { } reason)
        {
            await replica.ExpireAsync(scope, reason, cancellationToken).ConfigureAwait(false);
            return Taken.Snapshot;
        }

        var taken = await TakeChangesAsync(page, scope, cancellationToken).ConfigureAwait(false);
        // Counting a large file for the first time takes seconds: what waits is sent first, and a page that comes later is checked.
        if (taken == Taken.Whole && (replica.IsCounted(scope) || !outbox.Open.Any(entry => entry.State == OutboxState.Waiting)))
        {
            await _check.CheckAsync(page, cancellationToken).ConfigureAwait(false);
        }

        return taken;
    }

    private async Task<Taken> TakeChangesAsync(FeedPage page, ScopeState scope, CancellationToken cancellationToken)
    {
        foreach (var change in page.Changes ?? [])
        {
            how.Clock.Observe(change.At);
        }

        // Without a cursor its snapshot comes first; then a pull brings this.
        if (scope.Cursor is not { } cursor || page.From is not { } from || page.To is not { } to)
        {
            return Taken.Whole;
        }

        if (to.Epoch != cursor.Epoch || from.Seq > cursor.Seq)
        {
            return Taken.Gap;
        }

        if (to.Seq > cursor.Seq)
        {
            await replica.TakePageAsync(scope, page, outbox.Device, cancellationToken).ConfigureAwait(false);
        }

        return page.More is true ? Taken.More : Taken.Whole;
    }

    /// <summary>What became of a page.</summary>
    private enum Taken
    {
        Whole,
        More,
        Gap,
        Snapshot,
    }
}
