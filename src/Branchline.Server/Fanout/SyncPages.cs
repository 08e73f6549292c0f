using System.Buffers;
using System.Text;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Checksums;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Fanout;

/// <summary>Pages for <c>/sync/live</c>: one frame a scope, role and commit, shared by everybody of that role who follows the scope.</summary>
internal sealed class SyncPages(SqliteStore store, FeedMarks marks, ReaderEpochs epochs, ReaderSums sums) : Dialect
{
    private readonly long _startedAt = marks.Head;
    private readonly string[] _roles =
        [.. store.Schema.Tables.Values.SelectMany(table => table.Access.Read).Distinct(StringComparer.Ordinal)];

    private readonly Lock _gate = new();

    // The last announced change of each scope; under the gate.
    private readonly Dictionary<string, long> _tips = new(StringComparer.Ordinal);

    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        foreach (var scope in batch.Changes.GroupBy(change => change.Scope, StringComparer.Ordinal))
        {
            CommittedChange[] changes = [.. scope];
            lock (_gate)
            {
                foreach (var role in _roles)
                {
                    Publish((scope.Key, role), changes, batch.Sums[scope.Key], broadcaster);
                }

                _tips[scope.Key] = changes[^1].Seq;
            }
        }
    }

    /// <summary>
    /// Subscribes a reader that has read up to the cursor; false when more was announced meanwhile and it must read on first.
    /// No frame can fall between the reading and the following.
    /// </summary>
    public bool TryFollow(SyncReader reader, string scope, long cursor, Broadcaster broadcaster)
    {
        lock (_gate)
        {
            if (_tips.TryGetValue(scope, out var tip) && tip > cursor)
            {
                return false;
            }

            broadcaster.Subscribe(Topic.Sync(scope, reader.Role), reader.Subscriber);
            return true;
        }
    }

    /// <summary>A page without changes keeps the reader's cursor in step when none of them is for its role.</summary>
    private void Publish((string Scope, string Role) to, CommittedChange[] changes, TableSums summed, Broadcaster broadcaster)
    {
        var (scope, role) = to;
        var topic = Topic.Sync(scope, role);
        if (broadcaster.HasSubscribers(topic))
        {
            CommittedChange[] readable = [.. changes.Where(change => change.Table.Access.Read.Contains(role))];
            var checksum = sums.Of(summed, role);
            broadcaster.Publish(topic, Encode((scope, epochs.Of(scope, role)), (Tip(scope), changes[^1].Seq), checksum, readable));
        }
    }

    private long Tip(string scope) => _tips.GetValueOrDefault(scope, _startedAt);

    private static byte[] Encode((string Name, string Epoch) scope, (long From, long To) span, string checksum, CommittedChange[] changes)
    {
        var (name, epoch) = scope;
        var buffer = new ArrayBufferWriter<byte>(256 + changes.Sum(change => change.Json.Length + 1));
        Encoding.UTF8.GetBytes(
            $"{{\"type\":\"page\",\"scope\":\"{name}\",\"from\":\"{epoch}.{span.From}\",\"to\":\"{epoch}.{span.To}\",\"more\":false,\"checksum\":\"{checksum}\",\"changes\":[",
            buffer);
        for (var index = 0; index < changes.Length; index++)
        {
            if (index > 0)
            {
                buffer.Write(","u8);
            }

            buffer.Write(changes[index].Json.Span);
        }

        buffer.Write("]}"u8);
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>Who follows pages: a queue of frames, and the role that decides which tables they hold.</summary>
internal readonly record struct SyncReader(Subscriber Subscriber, string Role);
