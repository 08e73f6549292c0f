using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication.Pace;
using Branchline.Server.Schema;
using Branchline.Server.Store;
using Branchline.Server.Store.Backups;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication;

/// <summary>
/// One attempt to be equal with a master: lane after lane, up and then down. What goes wrong in a lane stops no other; only a line that is gone ends it.
/// Rounds with one master run one after the other.
/// </summary>
internal sealed partial class Round(
    SqliteStore store, BusinessSchema schema, BranchFeed feed, UpBook up, LastWords words, MasterLine line, Masters masters, Upward upward, Offering offering, Downward downward,
    LanePace pace, Backups backups, IOptions<ReplicationOptions> options, IdSource ids, TimeProvider time, ILogger<Round> logger)
{
    private const int MostStates = 1000;
    private static readonly TimeSpan HeldEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RepairEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(30);

    private readonly Lanes _lanes = new(schema);

    // Scopes whose checksum differed at the end of the round before: what is on its way makes it differ once.
    private readonly ConcurrentDictionary<(string Master, string Lane, string Scope), byte> _doubted = new();
    private readonly ConcurrentDictionary<(string Master, string Lane, string Scope), long> _repairedAt = new();
    private readonly ConcurrentDictionary<(string Master, string Epoch), byte> _kept = new();
    private readonly ConcurrentDictionary<string, byte> _reloading = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _heldTriedAt = new(StringComparer.Ordinal);

    public Task<RoundReport> RunAsync(string name, CancellationToken cancellationToken) => RunAsync(name, isForced: false, cancellationToken);

    /// <summary>The same; a forced one waits for nothing that settings ask for, and goes without a backup that cannot be made.</summary>
    public async Task<RoundReport> RunAsync(string name, bool isForced, CancellationToken cancellationToken)
    {
        var report = new RoundReport(ids.Next().ToString("N")[20..], name, time.GetUtcNow());
        var started = time.GetTimestamp();
        using var forcing = pace.Force(name, isForced);
        try
        {
            await PrepareAsync(name, cancellationToken);
            await RotateAsync(name, cancellationToken);
            _ = masters.Find(name) is { IsOwedRows: true, Epoch: { } epoch } ? throw new MasterRestoredException(epoch) : 0;
            await RunLanesAsync(name, report, cancellationToken);
        }
        catch (MasterRestoredException restored)
        {
            LogRestored(report.Id, name);
            if (await IsKeptAsync((name, restored.Epoch), isForced, report, cancellationToken))
            {
                await RecoverAsync(name, restored.Epoch, report, cancellationToken);
            }
        }
        catch (MasterException failure)
        {
            report.Errors["line"] = failure.Message;
        }

        report.Took = time.GetElapsedTime(started);
        Log(report);
        return report;
    }

    /// <summary>Both sides are about to be merged: what is here is kept first, once for each life of the master's log.</summary>
    private async Task<bool> IsKeptAsync((string Master, string Epoch) life, bool isForced, RoundReport report, CancellationToken cancellationToken)
    {
        try
        {
            if (!_kept.ContainsKey(life))
            {
                await backups.TakeAsync(BackupReasons.Recovery, cancellationToken);
                _kept[life] = 0;
            }

            return true;
        }
        catch (BackupFailedException) when (isForced)
        {
            return true;
        }
        catch (BackupFailedException failure)
        {
            report.Errors["backup"] = failure.Message;
            return false;
        }
    }

    private async Task RunLanesAsync(string name, RoundReport report, CancellationToken cancellationToken)
    {
        foreach (var lane in Lanes.InOrder.Where(lane => !masters.Find(name)!.Paused.Contains(lane) && pace.IsOpen(name, lane)))
        {
            try
            {
                await PushAsync(name, lane, report, cancellationToken);
                var sums = await downward.PullAsync(name, lane, report, cancellationToken);
                await VerifyAsync(name, lane, sums, report, cancellationToken);
            }
            catch (MasterException failure) when (!failure.IsLine)
            {
                report.Errors[lane] = failure.Message;
            }
        }
    }

    private async Task PushAsync(string name, string lane, RoundReport report, CancellationToken cancellationToken)
    {
        // What came from equals first: a mutation here may build on it.
        while ((await offering.PushAsync(masters.Find(name)!, lane, report, cancellationToken)
            ?? await upward.PushAsync(masters.Find(name)!, lane, report, cancellationToken)) is { } epoch)
        {
            var master = masters.Find(name)!;
            if (master.Epoch is { } known && known != epoch)
            {
                throw new MasterRestoredException(epoch);
            }

            if (master.Epoch is null)
            {
                await masters.SaveAsync(master with { Epoch = epoch }, cancellationToken);
            }
        }
    }

    /// <summary>Notes what changed on this side since the last round: another life of its own log, another schema.</summary>
    public async Task PrepareAsync(string name, CancellationToken cancellationToken)
    {
        var master = masters.Find(name)!;
        var next = master with { OwnEpoch = store.Epoch, Schema = schema.Hash };
        if (master.OwnEpoch is { } epoch && epoch != store.Epoch)
        {
            next = next with { Lost = [.. Lanes.InOrder] };
        }

        if (master.Schema is { } read && read != schema.Hash)
        {
            next = next.Anew();
        }

        if (next != master || IsTimeToTryHeld(name))
        {
            var held = new ReplicatedBatch(name, []) { Before = () => up.ReopenHeld(name) };
            await masters.TakeOverAsync(held, next, cancellationToken);
        }
    }

    // What the master could not take it may take by now: its schema, or a person who looked into its tray.
    private bool IsTimeToTryHeld(string master)
    {
        if (_heldTriedAt.TryGetValue(master, out var tried) && time.GetElapsedTime(tried) < HeldEvery)
        {
            return false;
        }

        _heldTriedAt[master] = time.GetTimestamp();
        return true;
    }

    /// <summary>A key that has been used for a month is changed.</summary>
    private async Task RotateAsync(string name, CancellationToken cancellationToken)
    {
        var master = masters.Find(name)!;
        if (time.GetUtcNow() - master.KeySince > KeyLifetime)
        {
            var next = await line.RotateAsync(master, options.Value.Timeout, cancellationToken);
            await masters.SaveAsync(master with { Key = next.Key, KeySince = time.GetUtcNow() }, cancellationToken);
        }
    }

    /// <summary>
    /// The master lost what came after its copy. Everything this node has of its scopes is offered to it, what was sent is sent again, and then its rows are
    /// read anew: neither side loses anything that it had promised.
    /// </summary>
    private async Task RecoverAsync(string name, string epoch, RoundReport report, CancellationToken cancellationToken)
    {
        try
        {
            var master = masters.Find(name)!;
            await OfferAsync(master, report, cancellationToken);
            var anew = master.Anew() with { Epoch = epoch, IsOwedRows = false };
            await masters.TakeOverAsync(new ReplicatedBatch(name, []) { Before = () => Forget(name) }, anew, cancellationToken);
            words.TakeBack();
            await RunLanesAsync(name, report, cancellationToken);
        }
        catch (MasterException failure)
        {
            report.Errors["line"] = failure.Message;
        }
        catch (MasterRestoredException)
        {
            report.Errors["line"] = "The master was put back twice; the next round begins again";
        }
    }

    private async Task OfferAsync(MasterState master, RoundReport report, CancellationToken cancellationToken)
    {
        var passed = new List<PassedOver>();
        await foreach (var states in ReadOffersAsync(master, cancellationToken))
        {
            passed.AddRange((await line.StatesAsync(master, states, options.Value.Timeout, cancellationToken)).Passed);
        }

        if (passed is [var first, ..])
        {
            report.Errors["recovery"] = $"{master.Name} passed over {passed.Count} rows that it was given back; they are in the backup that was made before. The first: {first.Table} {first.Id}: {first.Reason}";
        }
    }

    // Numbers of the log's former life mean nothing in this one.
    private void Forget(string name)
    {
        MasterTable.Unmark(store.Writer, name);
        up.Table.Reopen(name, UpState.Confirmed);
    }

    /// <summary>
    /// Everything this node has of a master's scopes, deleted rows, too. Branches first: for one that it lost, the master takes rows once it has it again.
    /// </summary>
    public async IAsyncEnumerable<BranchStates> ReadOffersAsync(MasterState master, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var branches in (await ReadBranchesAsync(master, cancellationToken)).Chunk(MostStates))
        {
            yield return new BranchStates(branches) { Holds = [.. branches.Select(branch => branch.Id)] };
        }

        string[] tables = [.. schema.Tables.Keys.Order(StringComparer.Ordinal)];
        foreach (var scope in master.Scopes)
        {
            for (var place = new BranchPlace(); place.Cursor is null;)
            {
                var page = await feed.ReadAsync(new BranchRead(scope, place, tables, MostStates, null) { WithDeleted = true }, cancellationToken);
                if (page.Changes.Count > 0)
                {
                    yield return new BranchStates(page.Changes);
                }

                place = page.To!;
            }
        }
    }

    private async Task<IEnumerable<BranchChange>> ReadBranchesAsync(MasterState master, CancellationToken cancellationToken)
    {
        if (schema.BranchTable is not { } table)
        {
            return [];
        }

        var rows = master.Scopes.Select(RowScope.BranchOf).OfType<Guid>().Select(branch => (table.Name, branch));
        return (await feed.ReadAsync([.. rows], cancellationToken)).OfType<(BranchChange Row, string)>().Select(found => found.Row);
    }

    /// <summary>Both sides have the same rows, or the scope is loaded anew: once is on its way, twice is wrong.</summary>
    public async Task VerifyAsync(string name, string lane, IReadOnlyDictionary<string, string> sums, RoundReport report, CancellationToken cancellationToken)
    {
        foreach (var (scope, sum) in sums)
        {
            var key = (name, lane, scope);

            // In this order: what is sold between the two makes no difference that nothing waits for.
            var own = await feed.ReadSumAsync(scope, _lanes.Tables(lane), cancellationToken);
            if (masters.Find(name)!.MasterSchema != schema.Hash || own == sum || await IsWaitingAsync(name, lane, cancellationToken))
            {
                _doubted.TryRemove(key, out _);
            }
            else if (!_doubted.TryAdd(key, 0))
            {
                _doubted.TryRemove(key, out _);
                await RepairAsync(key, report, cancellationToken);
            }
        }
    }

    /// <summary>Loads a scope anew; one that differs again soon after is told of, and left alone for a while.</summary>
    private async Task RepairAsync((string Master, string Lane, string Scope) key, RoundReport report, CancellationToken cancellationToken)
    {
        if (_repairedAt.TryGetValue(key, out var repaired) && time.GetElapsedTime(repaired) < RepairEvery)
        {
            report.Errors[key.Lane] = $"The rows of {key.Scope} differ from those of {key.Master} although they were loaded anew";
            return;
        }

        LogDiffers(report.Id, key.Master, key.Lane, key.Scope);
        _repairedAt[key] = time.GetTimestamp();
        _reloading[key.Master] = 0;
        report.Repaired++;
        await downward.ReloadAsync(key.Master, key.Lane, key.Scope, cancellationToken);
    }

    // What is held in a lane makes that lane differ; what waits may have been drawn from any.
    private async Task<bool> IsWaitingAsync(string name, string lane, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return UpTable.Count(lease.Database, name).Any(count => count.Value.Waiting > 0 || (count.Key == lane && count.Value.Held > 0));
    }

    /// <summary>Whether another round should follow at once: something is doubted, or loaded anew.</summary>
    public bool IsUnsettled(string name) => _doubted.Keys.Any(key => key.Master == name) || _reloading.TryRemove(name, out _);

    private void Log(RoundReport report)
    {
        if (report.Errors.Count > 0)
        {
            LogFailed(report.Id, report.Master, string.Join("; ", report.Errors.Select(error => $"{error.Key}: {error.Value}")));
        }
        else if (!report.IsQuiet)
        {
            LogDone(report.Id, report.Master, report.Applied + report.Merged, report.Refused, report.Changes + report.Rows, report.Took.TotalMilliseconds);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Round {Round} with {Master}: {Up} mutations up, {Refused} refused, {Down} changes down, {Milliseconds:0} ms")]
    private partial void LogDone(string round, string master, int up, int refused, int down, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Round {Round} with {Master} failed: {Errors}")]
    private partial void LogFailed(string round, string master, string errors);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Round {Round}: {Master} was put back to an older copy; it is given everything again")]
    private partial void LogRestored(string round, string master);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Round {Round} with {Master}: the rows of scope {Scope} in lane {Lane} differ; they are loaded anew")]
    private partial void LogDiffers(string round, string master, string lane, string scope);
}
