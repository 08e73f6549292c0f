using Branchline.Protocol.Schema;

namespace Branchline.Server.Store;

/// <summary>Reads live rows, never one outside the scopes given.</summary>
internal sealed class RowReader
{
    public ValueTask<StoredRow?> FindAsync(
        TableSchema table, Guid id, IReadOnlyList<string> scopes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<StoredRow>> QueryAsync(RowQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
