using Branchline.Client.Outgoing;
using Branchline.Client.Replica;
using Branchline.Client.Store;

namespace Branchline.Client.Live;

/// <summary>
/// A first sync by the node's ready database file: fetched, looked at, and taken into the store. Whatever is wrong with it is told, and then snapshots
/// bring the rows; a line that breaks is no fault of the file's, which is gone on with in the next round.
/// </summary>
internal sealed class ReadyFetch
{
    // Tries in a row that brought nothing: the node's pause, a proxy that lets nothing so large through.
    private const int MostTries = 3;

    private readonly LocalReplica _replica;
    private readonly Outbox _outbox;
    private readonly ClientOptions _options;
    private readonly ReadyDownload _download;
    private bool _isGivenUp;
    private int _tries;
    private long _furthest;

    public ReadyFetch(LocalReplica replica, Outbox outbox, StoreFile store, NodeClient node, ClientOptions options)
    {
        (_replica, _outbox, _options) = (replica, outbox, options);
        _download = new ReadyDownload(store, node, options);

        // A program that ended just after it had taken the file left it lying.
        if (replica.Scopes.Values.Any(scope => scope.Cursor is not null))
        {
            _download.RemoveLeft();
        }
    }

    /// <summary>
    /// Whether a file is the way: nothing was read yet of any of the scopes. One that is to be compared is not fetched whole, and one of which a
    /// snapshot is on its way goes on so.
    /// </summary>
    public bool Fits(IReadOnlyList<string> scopes) => _options.UseReadyFile && !_isGivenUp
        && scopes.All(name => _replica.Scopes.GetValueOrDefault(name) is { Cursor: null, Next: null, Old: not OldRows.Expired });

    /// <summary>
    /// Null when snapshots have to do it. This device's own mutations up to <paramref name="mine"/> are in the file.
    /// </summary>
    public async Task<Answer<object>?> RunAsync(IReadOnlyList<string> scopes, (long Life, long N) mine, CancellationToken cancellationToken)
    {
        try
        {
            // What was applied and whose answer was lost lies on the rows as long as they do not have it: a file from before would hide it.
            var isFresh = _outbox.Open.Any(entry => entry.Life == mine.Life && entry.Mutation.N <= mine.N);
            var answer = await _download.RunAsync(isFresh, cancellationToken).ConfigureAwait(false);
            return answer switch
            {
                { Value: { } path } => await TakeAsync(path, scopes, mine, cancellationToken).ConfigureAwait(false),
                { Refusal: { IsAboutSignIn: true } } => answer.As<object>(),
                { Refusal: { } refusal } => await GiveUpAsync(new ReadyFileException(refusal.Code, refusal.Message), cancellationToken).ConfigureAwait(false),
                _ => await TryAgainAsync(cancellationToken).ConfigureAwait(false),
            };
        }
        catch (ReadyFileException failure)
        {
            return await GiveUpAsync(failure, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException failure)
        {
            return await GiveUpAsync(new ReadyFileException(ReadyFileException.Damaged, failure.Message, failure), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteFailure)
        {
            return await GiveUpAsync(new ReadyFileException(ReadyFileException.NoRoom, failure.Message, failure), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Answer<object>?> TakeAsync(string path, IReadOnlyList<string> scopes, (long Life, long N) mine, CancellationToken cancellationToken)
    {
        var head = await Task.Run(() => Look(path), cancellationToken).ConfigureAwait(false);
        if (!head.Cursors.Keys.All(scopes.Contains))
        {
            throw new InvalidDataException("The ready database file has scopes that this person does not hold");
        }

        if (head.Cursors.Count > 0)
        {
            await _replica.TakeReadyAsync(head, mine, _options.SnapshotRows, cancellationToken).ConfigureAwait(false);
        }

        // One that has nothing of any scope would be asked for again and again.
        _isGivenUp = head.Cursors.Count == 0;
        await _download.ForgetAsync(cancellationToken).ConfigureAwait(false);
        _tries = 0;
        return Answer<object>.Of(path);
    }

    private static ReadyFileHead Look(string path)
    {
        try
        {
            return ReadyFileHead.Read(path);
        }
        catch (SqliteFailure failure)
        {
            throw new InvalidDataException("The ready database file is not laid out as it should be", failure);
        }
    }

    private async Task<Answer<object>?> TryAgainAsync(CancellationToken cancellationToken)
    {
        var bytes = _download.Bytes;
        _tries = bytes > _furthest ? 0 : _tries + 1;
        _furthest = Math.Max(_furthest, bytes);
        return _tries < MostTries
            ? Answer<object>.Unreachable
            : await GiveUpAsync(new ReadyFileException(ReadyFileException.Unfinished, "The ready database file does not come through"), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For the life of this client: the next first sync may find another node.</summary>
    private async Task<Answer<object>?> GiveUpAsync(ReadyFileException why, CancellationToken cancellationToken)
    {
        _isGivenUp = true;
        await _download.ForgetAsync(cancellationToken).ConfigureAwait(false);
        _options.Failed?.Invoke(why);
        return null;
    }
}
