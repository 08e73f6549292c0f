using Branchline.Client.Replica;
using Branchline.Client.Typed;

namespace Branchline.Client;

/// <summary>
/// The rows of one table as a type: a record or class with a <see cref="Guid"/> property <c>Id</c> and a property a field. Fields that the
/// type does not know stay as they are.
/// </summary>
public sealed class Table<T>
    where T : class
{
    private readonly LocalReplica _replica;
    private readonly BranchlineClient _client;

    internal Table(string name, LocalReplica replica, BranchlineClient client)
    {
        Name = name;
        _replica = replica;
        _client = client;
    }

    /// <summary>The table's name in the schema.</summary>
    public string Name { get; }

    /// <summary>One row as this device sees it, its own unsent writes included; null when there is none.</summary>
    public async Task<T?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var row = await _replica.FindAsync(new RowKey(Name, id), cancellationToken).ConfigureAwait(false);
        return row is null ? null : RowMapper<T>.FromRow(row);
    }

    /// <summary>All rows, by id, which is by age.</summary>
    public Task<IReadOnlyList<T>> ListAsync(CancellationToken cancellationToken = default) => ListAsync(Query.All, cancellationToken);

    /// <summary>The rows a query names.</summary>
    public async Task<IReadOnlyList<T>> ListAsync(Query query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var rows = await _replica.ListAsync(Name, query, cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(RowMapper<T>.FromRow);
    }

    /// <summary>
    /// Makes the row, or changes the fields that differ from what this device sees. Done when it is on this device's disk; then it shows
    /// here, and it is sent as soon as it can be. Null when nothing differs. Throws <see cref="CheckException"/> when a declared rule refuses
    /// it and <see cref="StoreUnavailableException"/> when the disk does; then nothing is saved.
    /// </summary>
    public async Task<SavedMutation?> SaveAsync(T row, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var known = await _replica.FindAsync(new RowKey(Name, RowMapper<T>.IdOf(row)), cancellationToken).ConfigureAwait(false);
        var write = known is null ? RowMapper<T>.ToInsert(_replica.Schema, Name, row) : RowMapper<T>.ToUpdate(_replica.Schema, Name, row, known);
        return write is null
            ? null
            : await _client.SaveAsync(new([write], new Dictionary<string, long>()), null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a row, as one mutation. Throws as <see cref="SaveAsync"/> does: a document of record is voided instead.</summary>
    public Task<SavedMutation> DeleteAsync(Guid id, CancellationToken cancellationToken = default) =>
        _client.MutateAsync(draft => draft.Delete(Name, id), cancellationToken);

    /// <summary>Every change of what this device sees of the table, in order, whoever made it, from this call on. Ends with the client.</summary>
    public IAsyncEnumerable<RowChange<T>> ChangesAsync(CancellationToken cancellationToken = default) =>
        _replica.Changes.Listen(Name, cancellationToken).Select(change => new RowChange<T>(
            change.Kind, change.Table, change.Id, change.Row is null ? null : RowMapper<T>.FromRow(change.Row), change.IsPending, change.Seq));
}
