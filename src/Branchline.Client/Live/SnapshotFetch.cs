using System.Text.Json;
using Branchline.Client.Replica;

namespace Branchline.Client.Live;

/// <summary>
/// Fetches a scope's rows chunk by chunk; cut off, it goes on from the last chunk that was written. While one is written the next is on
/// its way.
/// </summary>
internal sealed class SnapshotFetch(LocalReplica replica, NodeClient node, ClientOptions options)
{
    private const int FewestRows = 250;

    // A slow line carries fewer rows in the time that a request may take.
    private int _rows = int.MaxValue;

    private int Rows => Math.Min(_rows, options.SnapshotRows);

    /// <summary>This device's own mutations up to <paramref name="mine"/> are in the snapshot.</summary>
    public async Task<Answer<object>> RunAsync(string name, (long Life, long N) mine, CancellationToken cancellationToken)
    {
        Task<Answer<byte[]>>? ahead = null;
        try
        {
            while (replica.Scopes.GetValueOrDefault(name) is { Cursor: null } scope)
            {
                var answer = await (ahead ?? node.SnapshotAsync(name, scope.Next, Rows, cancellationToken)).ConfigureAwait(false);
                ahead = null;
                if (answer.IsUnreachable)
                {
                    _rows = Math.Min(_rows, Math.Max(FewestRows, Rows / 2));
                    return answer.As<object>();
                }

                var head = answer.Value is { } json ? ChunkWriter.ReadHead(json) : null;
                // The node does not know the place any more: from the beginning, then.
                var isLost = head is null ? answer.Refusal!.IsForGood : scope.Snapshot is { } begun && begun != head.Cursor;
                if (isLost && scope.Next is not null)
                {
                    await replica.RestartSnapshotAsync(scope, cancellationToken).ConfigureAwait(false);
                }
                else if (head is null)
                {
                    return answer.As<object>();
                }
                else
                {
                    _rows = Math.Min(options.SnapshotRows, Rows * 2);
                    ahead = head.Next is null ? null : node.SnapshotAsync(name, head.Next, Rows, cancellationToken);
                    await replica.TakeChunkAsync(scope, head, answer.Value, mine, cancellationToken).ConfigureAwait(false);
                }
            }

            return Answer<object>.Of(name);
        }
        catch (JsonException)
        {
            // Not the node's answer.
            return Answer<object>.Unreachable;
        }
        finally
        {
            if (ahead is not null)
            {
                await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
