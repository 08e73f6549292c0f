using Branchline.Client.Replica;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client.Live;

/// <summary>
/// Compares the checksum that a page tells with that of this client's own rows, and puts right what differs. Rows are what the node
/// confirmed, so own writes that wait are no difference. The sync loop's only.
/// </summary>
internal sealed class ReplicaCheck(LocalReplica replica, NodeClient node, ClientOptions options)
{
    // What one comparison did not repair the next will not either, and a mistake in the sum must not become a storm.
    private static readonly TimeSpan CompareEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (long At, Cursor To)> _compared = new(StringComparer.Ordinal);
    private volatile ReplicaChecks _checks = new(0, 0);

    public ReplicaChecks Checks => _checks;

    /// <summary>After a page was taken. What could not be compared is compared another time.</summary>
    public async Task CheckAsync(FeedPage page, CancellationToken cancellationToken)
    {
        if (page is not { Checksum: { } checksum, To: { } to } || replica.Schema is not { } schema
            || replica.Scopes.GetValueOrDefault(page.Scope) is not { } scope || scope.Cursor != to || IsNewer(page.Scope, to) || IsTooSoon(page.Scope))
        {
            return;
        }

        try
        {
            var sum = await replica.SumAsync(scope, cancellationToken).ConfigureAwait(false);
            if (sum is { } own && RowChecksum.Format(own) != checksum)
            {
                await CompareAsync(scope, schema, to, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StoreUnavailableException failure)
        {
            // A part of the file cannot be read. The rest is kept in step as well as it can be.
            _compared[page.Scope] = (options.Time.GetTimestamp(), to);
            options.Failed?.Invoke(failure);
        }
    }

    private async Task CompareAsync(ScopeState scope, BusinessSchema schema, Cursor to, CancellationToken cancellationToken)
    {
        var answer = await new Comparison(replica, node, scope, schema).RunAsync(null, cancellationToken).ConfigureAwait(false);
        _compared[scope.Name] = (options.Time.GetTimestamp(), answer.Value?.Last ?? to);
        _checks = _checks with { Mismatches = _checks.Mismatches + 1 };
        if (answer.Value is { Repaired: var repaired })
        {
            // Where no row differs it is the sum that is wrong: it is counted anew, too.
            replica.ForgetSums();
            _checks = _checks with { Repaired = _checks.Repaired + repaired };
            options.Differed?.Invoke(new ReplicaDifference(scope.Name, repaired));
        }
    }

    /// <summary>
    /// Whether some rows are known as they were after the page: by a comparison, or because another scope, which has been read further, has
    /// taken them over.
    /// </summary>
    private bool IsNewer(string scope, Cursor to) =>
        (_compared.TryGetValue(scope, out var before) && before.To.Epoch == to.Epoch && before.To.Seq > to.Seq)
        || replica.Scopes.Values.Any(other => other.Cursor?.Seq > to.Seq);

    private bool IsTooSoon(string scope) =>
        _compared.TryGetValue(scope, out var before) && options.Time.GetElapsedTime(before.At) < CompareEvery;
}
