using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Store;

namespace Branchline.Server.Gateway.Plain;

/// <summary>
/// What one question is answered with, from any cursor on. A commit only wakes its followers; each reads the log on from where it is, so
/// what was missed and what is new come the same way and nothing falls between. Followers at the same place share one reading.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore that nobody waits for by handle holds nothing to free")]
internal sealed class RowStream(RowQuestion question, RowSource source)
{
    private const int ChangesAtATime = 500;

    private readonly SemaphoreSlim _reading = new(1);
    private readonly Lock _gate = new();

    // Under the gate; copied on write.
    private Waker[] _followers = [];

    // Under the semaphore.
    private RowPage? _last;

    /// <summary>Whether a commit holds anything of what was asked for.</summary>
    public bool Concerns(CommittedBatch batch) =>
        batch.Changes.Any(change => question.Tables.ContainsKey(change.Table.Name) && question.Scopes.Contains(change.Scope));

    public void Wake(bool hasNews)
    {
        foreach (var follower in Volatile.Read(ref _followers))
        {
            follower.Wake(hasNews);
        }
    }

    /// <summary>Every message after the cursor, then those of the commits to come, with heartbeats between. Ends by its token only.</summary>
    public async IAsyncEnumerable<IReadOnlyList<RowMessage>> FollowAsync(
        string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var follower = new Waker();
        Change(followers => [.. followers, follower]);
        try
        {
            var (place, reset) = source.Open(question, cursor);
            if (reset is not null)
            {
                yield return [RowMessages.Reset(reset, source.CursorAt(question, place))];
            }

            for (var isReady = false; ; isReady = true)
            {
                for (var page = await ReadAsync(place, cancellationToken); ; page = await ReadAsync(place, cancellationToken))
                {
                    place = page.To;
                    if (page.Messages.Count > 0)
                    {
                        yield return page.Messages;
                    }
                    else if (!page.More)
                    {
                        break;
                    }
                }

                if (!isReady)
                {
                    yield return [RowMessages.Ready(source.CursorAt(question, place))];
                }

                while (!await follower.WaitAsync(cancellationToken))
                {
                    yield return [RowMessages.Heartbeat(source.CursorAt(question, place))];
                }
            }
        }
        finally
        {
            Change(followers => [.. followers.Where(other => other != follower)]);
        }
    }

    private void Change(Func<Waker[], Waker[]> change)
    {
        lock (_gate)
        {
            _followers = change(_followers);
        }
    }

    private async Task<RowPage> ReadAsync(long place, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && last.From == place)
            {
                return last;
            }

            var page = await source.ReadAsync(question, place, ChangesAtATime, cancellationToken);

            // An empty page is one only until the next commit.
            _last = page.Messages.Count > 0 ? page : _last;
            return page;
        }
        finally
        {
            _reading.Release();
        }
    }
}

/// <summary>A stretch of the log as messages.</summary>
internal sealed record RowPage(long From, long To, bool More, IReadOnlyList<RowMessage> Messages);

/// <summary>Where streams read.</summary>
internal sealed class RowSource(RowFeed feed, RowReader rows, FeedMarks marks, ReaderEpochs epochs)
{
    /// <summary>Where the cursor stands; or the end of the log, and why there is no reading on from the cursor.</summary>
    public (long Place, string? Reset) Open(RowQuestion question, string? cursor)
    {
        var head = marks.Head;
        if (cursor is null)
        {
            return (head, null);
        }

        if (!Cursor.TryParse(cursor, out var known))
        {
            return (head, "cursor_invalid");
        }

        var expected = CursorAt(question, known.Seq);
        var reset = ReaderEpochs.LogOf(known) != epochs.Log ? "epoch_changed"
            : known.Seq > head ? "ahead"
            : cursor != expected ? "access_changed"
            : marks.IsExpired(known.Seq) ? "expired"
            : null;
        return reset is null ? (known.Seq, null) : (head, reset);
    }

    public string CursorAt(RowQuestion question, long place) => new Cursor($"{epochs.Log}-{question.Mark}", place).ToString();

    public async Task<RowPage> ReadAsync(RowQuestion question, long place, int limit, CancellationToken cancellationToken)
    {
        var touched = await feed.ReadAsync(new RowStretch(question.Scopes, question.TableNames, place, limit), cancellationToken);
        if (marks.IsExpired(place))
        {
            var head = marks.Head;
            return new RowPage(place, head, false, [RowMessages.Reset("expired", CursorAt(question, head))]);
        }

        var messages = new List<RowMessage>(touched.Rows.Count);
        foreach (var row in touched.Rows)
        {
            if (await TellAsync(question, row, cancellationToken) is { } message)
            {
                messages.Add(message);
            }
        }

        return new RowPage(place, touched.To, touched.More, messages);
    }

    /// <summary>The row as it stands, which is at least as new as the log says; what was written later is told again.</summary>
    private async ValueTask<RowMessage?> TellAsync(RowQuestion question, TouchedRow touched, CancellationToken cancellationToken)
    {
        var asked = question.Tables[touched.Table];
        var cursor = CursorAt(question, touched.Seq);
        if (await rows.FindAsync(asked.Table.Schema, touched.Id, question.Scopes, cancellationToken) is not { } row)
        {
            return RowMessages.Gone(touched, cursor);
        }

        if (asked.Takes(row))
        {
            return RowMessages.Row(asked, row, cursor, question.WithRows);
        }

        var wasNever = touched.Fields.CameWhole && row.Version == touched.Seq;
        return !wasNever && asked.IsMovedBy(touched.Fields.Names) ? RowMessages.Gone(touched, cursor) : null;
    }
}
