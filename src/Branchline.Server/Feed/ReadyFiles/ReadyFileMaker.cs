using System.Globalization;
using System.Security.Cryptography;
using Branchline.Protocol;
using Branchline.Server.Feed.Checksums;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>
/// Makes the file: every row that the reader may see, as they stand at one place of the log, read in one transaction on a connection of its own, so
/// the writer never waits. The layout is a public format, see <see cref="ReadyFileFormat"/>.
/// </summary>
internal sealed class ReadyFileMaker(
    SqliteStore store, FeedMarks marks, ReaderEpochs epochs, ReaderSums sums, Reservations reservations, TimeProvider time)
{
    // Written once from the beginning to the end, and made again when it is lost: nothing of what makes a database safe is needed.
    private const string Pragmas = """
        PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;
        """;

    private const int PageSize = 8192;

    public ReadyFileReader ReaderOf(IEnumerable<string> scopes, string role) => new(store, scopes, role);

    /// <summary>Makes the file at the path; of at most so many bytes, or it fails as on a full disk. Answers with the change from which on the log is held for it.</summary>
    public async Task<long> MakeAsync(ReadyFileReader reader, string path, long mostBytes, CancellationToken cancellationToken)
    {
        // Not above what the transaction will see, so that nothing after it goes meanwhile.
        var held = marks.Head;
        Hold(reader, held);
        using var source = store.ReaderPool.Open();
        using var target = Database.Open(path, readOnly: false);
        target.Execute(Pragmas);
        target.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"PRAGMA application_id = {ReadyFileFormat.ApplicationId}; PRAGMA user_version = {ReadyFileFormat.Version}; PRAGMA max_page_count = {Math.Max(1, mostBytes / PageSize)}"));
        source.Prepare("BEGIN").Run();
        target.Execute("BEGIN; " + ReadyFileFormat.Tables);
        var counts = await CopyRowsAsync(reader, source, target, cancellationToken);
        Describe(reader, source, target, counts);
        target.Execute("COMMIT");
        source.Prepare("COMMIT").Run();
        return held;
    }

    /// <summary>The log from the change on stays for a while.</summary>
    public void Hold(ReadyFileReader reader, long seq)
    {
        foreach (var scope in reader.Scopes)
        {
            reservations.Hold(scope, seq);
        }
    }

    /// <summary>Somebody still reads the file.</summary>
    public void Renew(ReadyFileReader reader, long seq)
    {
        foreach (var scope in reader.Scopes)
        {
            reservations.Renew(scope, seq);
        }
    }

    public static byte[] HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return SHA256.HashData(file);
    }

    /// <summary>This thread reads, another one writes. When that one fails, this one has nothing to fill any longer, and the other says why.</summary>
    private static async Task<long[]> CopyRowsAsync(ReadyFileReader reader, Database source, Database target, CancellationToken cancellationToken)
    {
        using var batches = new RowBatches();
        var insert = target.Prepare("INSERT INTO rows (tbl, scope, id, fields) VALUES (?1, ?2, ?3, ?4)");
        var writing = Task.Factory.StartNew(
            () => batches.WriteAll(batch => Write(insert, batch)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var counts = new long[reader.Scopes.Count];
        try
        {
            var rows = new ReadyFileRows(source, batches);
            foreach (var (place, layout) in reader.Layouts.Index())
            {
                rows.Read(layout, place + 1, reader.OwnersOf(layout.Table.Scope), counts, cancellationToken);
            }
        }
        finally
        {
            batches.Complete();
            await writing;
        }

        return counts;
    }

    private static void Write(Statement insert, RowBatch batch)
    {
        Span<byte> key = stackalloc byte[16];
        var fields = batch.Fields.WrittenSpan;
        foreach (var row in batch.Rows)
        {
            row.Id.TryWriteBytes(key, bigEndian: true, out _);
            insert.Bind(1, row.Table).Bind(2, row.Scope).BindBlob(3, key).BindUtf8(4, fields[..row.Length]).Run();
            fields = fields[row.Length..];
        }
    }

    /// <summary>What the rows are of: within the transaction that reads them, number and checksums are theirs.</summary>
    private void Describe(ReadyFileReader reader, Database source, Database target, long[] counts)
    {
        var seq = long.Parse(source.Scalar("SELECT value FROM _meta WHERE key = 'head'")!, CultureInfo.InvariantCulture);
        foreach (var (place, scope) in reader.Scopes.Index())
        {
            target.Prepare("INSERT INTO scopes (no, name, cursor, checksum, rows) VALUES (?1, ?2, ?3, ?4, ?5)")
                .Bind(1, place + 1).Bind(2, scope).Bind(3, new Cursor(epochs.Of(scope, reader.Role), seq).ToString())
                .Bind(4, sums.Read(source, scope, reader.Role)).Bind(5, counts[place]).Run();
        }

        foreach (var (place, layout) in reader.Layouts.Index())
        {
            target.Prepare("INSERT INTO tables (no, name) VALUES (?1, ?2)").Bind(1, place + 1).Bind(2, layout.Table.Name).Run();
        }

        foreach (var (name, value) in new[] { ("schema", store.Schema.Hash), ("made_at", TimestampConverter.Format(time.GetUtcNow())) })
        {
            target.Prepare("INSERT INTO about (name, value) VALUES (?1, ?2)").Bind(1, name).Bind(2, value).Run();
        }
    }
}
