using System.Collections.Concurrent;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access.Links;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication.Pace;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication;

/// <summary>The master's log lives another life than at the last contact: it was put back to an older copy.</summary>
internal sealed class MasterRestoredException(string epoch) : Exception("The master was put back to an older copy")
{
    public string Epoch => epoch;
}

/// <summary>Reads a lane's changes from a master and takes them over, a page a transaction together with how far was read.</summary>
internal sealed partial class Downward(
    BusinessSchema schema, BranchFeed feed, UpBook up, LastWords words, MasterLine line, Masters masters, BranchLinks links, LanePace pace, IOptions<ReplicationOptions> options, ILogger<Downward> logger)
{
    private readonly Lanes _lanes = new(schema);

    // An equal has to be told that a row was deleted; that it is gone from here says nothing of it.
    private bool HasEquals => masters.All.Any(master => master.IsEqual) || links.All.Any(link => link is { IsEqual: true, IsRemoved: false });

    // The ids that a load has brought so far, by lane and scope, and where the log stood when it began. One round at a time for each master.
    private readonly ConcurrentDictionary<(string Master, string Lane, string Scope), Load> _loads = new();

    /// <summary>Reads on to the end, or for as long as the lane has room; the checksums of the scopes that were read to their end.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PullAsync(string name, string lane, RoundReport report, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var ahead = new PullAhead(line, options.Value.Timeout, cancellationToken);
        for (var more = true; more;)
        {
            var room = pace.Room(name, lane, options.Value.PullCount);
            if (room == 0)
            {
                return sums;
            }

            var master = masters.Find(name)!;
            var request = Ask(master, lane) with { Limit = room };
            var reply = await ahead.PullAsync(master, request);
            if (!pace.HasRate(lane))
            {
                ahead.Begin(master, request, reply);
            }

            more = await TakeAsync((name, lane, request.Places), reply, (report, sums), cancellationToken);
            pace.Spend(name, lane, reply.Pages.Sum(page => page.Changes.Count));
        }

        await FinishAsync(name, lane, cancellationToken);
        return sums;
    }

    /// <summary>What is asked for in a lane: every scope, each from its place.</summary>
    public BranchPullRequest Ask(MasterState master, string lane)
    {
        var places = master.Scopes.ToDictionary(scope => scope, scope => master.Place(lane, scope), StringComparer.Ordinal);
        return new BranchPullRequest(_lanes.Tables(lane), places, options.Value.PullCount, master.Lost.Contains(lane), HasEquals) { Heard = master.Heard };
    }

    /// <summary>Takes an answer over, page by page; whether there is more. The checksums of scopes that were read to the end are added.</summary>
    public async Task<bool> TakeAsync(
        (string Name, string Lane, IReadOnlyDictionary<string, BranchPlace> Places) asked, BranchPullReply reply, (RoundReport Report, Dictionary<string, string> Sums) told, CancellationToken cancellationToken)
    {
        var master = await GreetAsync(masters.Find(asked.Name)!, reply, cancellationToken);
        var more = master.Scopes.Length != asked.Places.Count | await HearAsync(master, reply.Above, cancellationToken);
        foreach (var page in reply.Pages)
        {
            await TakeAsync(asked.Name, asked.Lane, page, told.Report, cancellationToken);
            more |= page.More || page.Reset is not null;
            if (page.Checksum is not null)
            {
                told.Sums[page.Scope] = page.Checksum;
            }
        }

        return more;
    }

    /// <summary>The lane was read to the end: its own changes, too, where they were asked for.</summary>
    public async Task FinishAsync(string name, string lane, CancellationToken cancellationToken)
    {
        var read = masters.Find(name)!;
        if (read.Lost.Contains(lane))
        {
            await masters.SaveAsync(read with { Lost = read.Lost.Remove(lane) }, cancellationToken);
        }
    }

    /// <summary>The scope's rows are read whole once more, and what the master has not goes. An equal is offered everything instead.</summary>
    public async Task ReloadAsync(string name, string lane, string scope, CancellationToken cancellationToken)
    {
        var master = masters.Find(name)!;
        var offer = master.IsEqual ? () => up.OfferAll(name, lane) : (Action?)null;
        await masters.TakeOverAsync(new ReplicatedBatch(name, []) { Before = offer }, master.With(lane, scope, new BranchPlace()), cancellationToken);
    }

    /// <summary>Takes note of which life the master's log lives, and which scopes it lets this node see.</summary>
    private async Task<MasterState> GreetAsync(MasterState master, BranchPullReply reply, CancellationToken cancellationToken)
    {
        if (master.Epoch is { } epoch && reply.Epoch != epoch)
        {
            throw new MasterRestoredException(reply.Epoch);
        }

        var next = master with { Epoch = reply.Epoch, MasterSchema = reply.Schema, Scopes = [.. master.Scopes.Union(reply.Scopes).Order(StringComparer.Ordinal)] };
        return next.Epoch == master.Epoch && next.MasterSchema == master.MasterSchema && next.Scopes.SequenceEqual(master.Scopes)
            ? master
            : await masters.TakeOverAsync(new ReplicatedBatch(master.Name, []) { Before = () => ReopenHeld(master, next) }, next, cancellationToken);
    }

    /// <summary>Takes over what was said further up of what this node sent; whether there is more of it.</summary>
    private async Task<bool> HearAsync(MasterState master, WordFromAbove? above, CancellationToken cancellationToken)
    {
        if (!await words.IsNewsAsync(master.Name, above, cancellationToken))
        {
            return false;
        }

        var refused = above?.Refused ?? [];
        var spoken = refused.Select(one => one.Forwarded.Mutation.Device.Value).ToHashSet(StringComparer.Ordinal);
        void Write()
        {
            foreach (var refusal in refused)
            {
                words.Refuse(refusal);
            }

            spoken.UnionWith(words.Await(master.Name, above?.Waiting));
        }

        await masters.TakeOverAsync(new ReplicatedBatch(master.Name, []) { Before = Write }, master with { Heard = above?.Heard ?? master.Heard }, cancellationToken);
        words.Speak(spoken);
        return refused.Count > 0;
    }

    // By another schema the master may take what it did not know.
    private void ReopenHeld(MasterState master, MasterState next)
    {
        if (next.MasterSchema != master.MasterSchema)
        {
            up.ReopenHeld(master.Name);
        }
    }

    private async Task TakeAsync(string name, string lane, BranchPage page, RoundReport report, CancellationToken cancellationToken)
    {
        var (master, key) = (masters.Find(name)!, (name, lane, page.Scope));
        if (page.Revoked == true)
        {
            // In every lane: nobody asks for this scope again.
            var gone = master.IsEqual ? [] : await feed.ReadIdsAsync(page.Scope, [.. schema.Tables.Keys], long.MaxValue, cancellationToken);
            await masters.TakeOverAsync(new ReplicatedBatch(name, []) { Dropped = gone }, master.Without(page.Scope), cancellationToken);
            return;
        }

        if (page.Reset is { } reason)
        {
            LogReset(name, lane, page.Scope, reason);
            await ReloadAsync(name, lane, page.Scope, cancellationToken);
            return;
        }

        if (page.Rows && master.Place(lane, page.Scope).Next is null)
        {
            _loads[key] = new Load(feed.Head, []);
        }

        var load = page.Rows ? _loads.GetValueOrDefault(key) : null;
        load?.Ids.UnionWith(page.Changes.Select(change => (change.Table, change.Id)));
        var dropped = load is not null && page.To!.Cursor is not null && !master.IsEqual ? await FindDroppedAsync(lane, page.Scope, load, cancellationToken) : [];
        var changes = master.HoldsAll ? [.. page.Changes.Where(change => change.Kind != ChangeKind.Leave)] : page.Changes;
        var next = (page.Rows ? master.Loading(lane, page) : master).With(lane, page.Scope, page.To!);
        await TakeAsync(new ReplicatedBatch(name, changes) { Dropped = dropped, IsEqual = master.IsEqual, Scope = page.Scope, PassedOver = (change, why) => PassOver(change, why, report) }, next, report, cancellationToken);
        report.Changes += page.Rows ? 0 : page.Changes.Count;
        report.Rows += page.Rows ? page.Changes.Count : 0;
        if (page.To!.Cursor is not null)
        {
            _loads.TryRemove(key, out _);
        }
    }

    /// <summary>What cannot be taken over is put aside with a word, and stops nothing behind it.</summary>
    private async Task TakeAsync(ReplicatedBatch batch, MasterState next, RoundReport report, CancellationToken cancellationToken)
    {
        try
        {
            await masters.TakeOverAsync(batch, next, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            foreach (var change in batch.Changes)
            {
                await TakeOneAsync(batch with { Changes = [change], Dropped = [] }, report, cancellationToken);
            }

            await masters.TakeOverAsync(batch with { Changes = [] }, next, cancellationToken);
        }
    }

    private static void PassOver(BranchChange change, Objection why, RoundReport report) =>
        report.Errors["row"] = $"{change.Table} {change.Id} was passed over and will be read again: {why.Reason}";

    private async Task TakeOneAsync(ReplicatedBatch one, RoundReport report, CancellationToken cancellationToken)
    {
        try
        {
            await masters.TakeOverAsync(one, masters.Find(one.Origin)!, cancellationToken);
        }
        catch (InvalidOperationException failure)
        {
            report.Errors["row"] = $"{one.Changes[0].Table} {one.Changes[0].Id} could not be taken over: {failure.Message}";
        }
    }

    // What was written here since the load began may be at the master without having been in it.
    private async Task<IReadOnlyList<(string Table, Guid Row)>> FindDroppedAsync(string lane, string scope, Load load, CancellationToken cancellationToken)
    {
        var own = await feed.ReadIdsAsync(scope, _lanes.Tables(lane), load.Head, cancellationToken);
        return [.. own.Where(row => !load.Ids.Contains(row))];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Master} cannot be read on from in lane {Lane}, scope {Scope} ({Reason}): its rows are loaded anew")]
    private partial void LogReset(string master, string lane, string scope, string reason);

    private sealed record Load(long Head, HashSet<(string Table, Guid Row)> Ids);
}
