using System.Buffers;
using System.Text;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Feed.Checksums;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed;

/// <summary>Where a page ended; <paramref name="Reset"/> says why there is none.</summary>
internal readonly record struct PageEnd(long Seq, bool More, string? Reset = null, string? Checksum = null);

/// <summary>Reads a scope's stretch of the log as a page, ready to be sent. The log holds changes as they travel, so nothing is parsed.</summary>
internal sealed class FeedReader(SqliteStore store, FeedMarks marks, ReaderEpochs epochs, ReaderSums sums)
{
    /// <summary>
    /// Writes the page <c>{"scope":…,"from":…,"to":…,"more":…,"changes":[…]}</c> after the cursor, without the closing brace's
    /// companions: <paramref name="opening"/> stands before its first member. A page ends where a mutation ends.
    /// </summary>
    public async Task<PageEnd> WritePageAsync(
        PageRequest request, IBufferWriter<byte> output, string opening, CancellationToken cancellationToken)
    {
        if (marks.FindReset(request) is { } reset)
        {
            return WriteReset(request, output, opening, reset);
        }

        var from = request.Cursor!.Value;
        var changes = new ArrayBufferWriter<byte>(4096);
        var end = await ReadAsync(request, from.Seq, changes, cancellationToken);
        if (marks.IsExpired(from.Seq))
        {
            return WriteReset(request, output, opening, "expired");
        }

        Write(output, $"{opening}\"scope\":\"{request.Scope}\",\"from\":\"{from}\",\"to\":\"{CursorAt(request.Scope, request.Role, end.Seq)}\",\"more\":{(end.More ? "true" : "false")},{ChecksumOf(end)}\"changes\":[");
        output.Write(changes.WrittenSpan);
        output.Write("]}"u8);
        return end;
    }

    /// <summary>The cursor of a reader of this role that has read the scope up to the change.</summary>
    public Cursor CursorAt(string scope, string role, long seq) => new(epochs.Of(scope, role), seq);

    private async Task<PageEnd> ReadAsync(PageRequest request, long from, ArrayBufferWriter<byte> changes, CancellationToken cancellationToken)
    {
        // A reader at the end stands at the head of the log, so that one of a quiet scope does not fall behind the floor.
        var head = marks.Head;
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);

        // One transaction, so that the checksum is of the rows as the stretch leaves them.
        lease.Database.Prepare("BEGIN").Run();
        try
        {
            var end = Read(lease.Database, request, from, changes);
            return end.More ? end : end with { Seq = Math.Max(end.Seq, head), Checksum = sums.Read(lease.Database, request.Scope, request.Role) };
        }
        finally
        {
            lease.Database.Prepare("COMMIT").Run();
        }
    }

    private PageEnd Read(Database database, PageRequest request, long from, ArrayBufferWriter<byte> changes)
    {
        var statement = database.Prepare("""
            SELECT seq, first, json, tbl FROM _log
            WHERE scope = (SELECT id FROM _scopes WHERE name = ?1) AND seq > ?2 ORDER BY seq
            """).Bind(1, request.Scope).Bind(2, from);
        try
        {
            var (count, last, mutation) = (0, from, 0L);
            while (statement.Step())
            {
                if (count >= request.Limit && statement.Integer(1) != mutation)
                {
                    return new PageEnd(last, true);
                }

                if (request.MayRead(store.Schema.Tables.GetValueOrDefault(statement.Text(3))))
                {
                    changes.Write(count++ > 0 ? ","u8 : default);
                    changes.Write(statement.Utf8(2));
                }

                (last, mutation) = (statement.Integer(0), statement.Integer(1));
            }

            return new PageEnd(last, false);
        }
        finally
        {
            statement.Reset();
        }
    }

    private static string ChecksumOf(PageEnd end) => end.Checksum is { } checksum ? $"\"checksum\":\"{checksum}\"," : "";

    private static PageEnd WriteReset(PageRequest request, IBufferWriter<byte> output, string opening, string reset)
    {
        Write(output, $"{opening}\"scope\":\"{request.Scope}\",\"reset\":\"{reset}\"}}");
        return new PageEnd(0, false, reset);
    }

    private static void Write(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}

/// <summary>Which stretch: after the cursor (null: a reader that has nothing), about <paramref name="Limit"/> changes of tables that the role may read.</summary>
internal readonly record struct PageRequest(string Scope, Cursor? Cursor, int Limit, string Role)
{
    /// <summary>A table that is declared no longer is read by nobody.</summary>
    public bool MayRead(TableSchema? table) => table is not null && table.Access.Read.Contains(Role);
}
