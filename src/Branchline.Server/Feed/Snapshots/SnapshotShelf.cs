using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Feed.Snapshots;

/// <summary>
/// Snapshots for many at the price of one: whoever begins within a while of another begins where that one did, and a chunk is read once, however many
/// ask for it. The log from there stays until all of them are on their way.
/// </summary>
internal sealed class SnapshotShelf
{
    private const int MarkDigits = 8;

    private readonly SnapshotReader _reader;
    private readonly SqliteStore _store;
    private readonly FeedMarks _marks;
    private readonly ReaderEpochs _epochs;
    private readonly Reservations _reservations;
    private readonly FeedOptions _options;
    private readonly TimeProvider _time;
    private readonly IdSource _ids;
    private readonly Counter<long> _chunks;
    private readonly ShelvedChunks _shelf;
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    // Where who fetches which scope begins, by reader's epoch and scope; under the gate.
    private readonly Dictionary<(string Epoch, string Scope), (long Seq, DateTimeOffset At)> _beginnings = [];

    public SnapshotShelf(
        SnapshotReader reader, SqliteStore store, FeedMarks marks, ReaderEpochs epochs, Reservations reservations, IOptions<FeedOptions> options,
        TimeProvider time, IdSource ids, IMeterFactory meters)
    {
        (_reader, _store, _marks, _epochs, _reservations) = (reader, store, marks, epochs, reservations);
        (_options, _time, _ids) = (options.Value, time, ids);
        _shelf = new ShelvedChunks(_options.SnapshotBytes);
        var meter = meters.Create(NodeMeter.Name);
        _chunks = meter.CreateCounter<long>("branchline.snapshot.chunks", "{chunk}", "Chunks of snapshots handed out.");
        meter.CreateObservableCounter("branchline.snapshot.reads", () => reader.Reads, "{chunk}", "Chunks of snapshots read from the tables; the others were on the shelf.");
    }

    /// <summary>Where a snapshot of the scope begins: with somebody who began a while ago, or at the head of the log.</summary>
    public SnapshotToken Begin(string scope, string role, bool isFresh)
    {
        var now = _time.GetUtcNow();
        var epoch = _epochs.Of(scope, role);
        long seq;
        lock (_gate)
        {
            foreach (var (key, _) in _beginnings.Where(one => now - one.Value.At > _options.ShareSnapshots || one.Value.At > now).ToArray())
            {
                _beginnings.Remove(key);
            }

            if (isFresh || !_beginnings.TryGetValue((epoch, scope), out var beginning))
            {
                _beginnings[(epoch, scope)] = beginning = (_marks.Head, now);
            }

            seq = beginning.Seq;
            _reservations.Hold(scope, seq);
        }

        return new SnapshotToken(seq, 0, 0, MarkOf(epoch));
    }

    /// <summary>Whether a snapshot of this reader can go on from the place: it was given to one like it, and the log from there is kept.</summary>
    public bool CanGoOn(string scope, string role, SnapshotToken token) =>
        token.Mark == MarkOf(_epochs.Of(scope, role)) && token.Seq <= _marks.Head && !_marks.IsExpired(token.Seq);

    public Task<ShelvedChunk> GetAsync(SnapshotRequest request, CancellationToken cancellationToken)
    {
        _reservations.Renew(request.Scope, request.After.Seq);
        _chunks.Add(1);
        return _shelf.GetAsync($"{request.Scope}\n{request.After}\n{request.Limit}", () => ReadAsync(request), cancellationToken);
    }

    // By nobody's token: whoever asked first may go away, and the others still wait for it.
    private async Task<ShelvedChunk> ReadAsync(SnapshotRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        await _reader.WriteChunkAsync(request, buffer, CancellationToken.None);
        return new ShelvedChunk(buffer.WrittenMemory, _ids.Next().ToString("N"));
    }

    private string MarkOf(string epoch) => _known.GetOrAdd(
        epoch, name => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_store.Schema.Hash}\n{name}")))[..MarkDigits]);
}
