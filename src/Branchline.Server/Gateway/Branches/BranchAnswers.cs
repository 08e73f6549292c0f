using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Access.Links;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Schema;

namespace Branchline.Server.Gateway.Branches;

/// <summary>What a master answers a branch, whether the question came over the line or in a file.</summary>
internal sealed class BranchAnswers(
    BranchLinks links, BranchFeed feed, ReaderPlaces readers, MutationPipeline pipeline, OfferedRows offers, LastWords words, BusinessSchema schema, BranchMeter meter, TimeProvider time)
{
    /// <summary>How many mutations one push may hold.</summary>
    public const int MostMutations = 500;

    /// <summary>How many rows one question may ask for.</summary>
    public const int MostRows = 500;

    private const int MostChanges = 5000;
    private const int MostStates = 1000;

    public async Task<Answered<BranchPushReply>> PushAsync(BranchPushRequest request, BranchLink link, CancellationToken cancellationToken)
    {
        if (request.Mutations.Count is 0 or > MostMutations)
        {
            return Problems.ForField(ErrorCodes.BatchTooLarge, "mutations", $"A push holds from one to {MostMutations} mutations", "Send the rest in another push");
        }

        // By a master that was put back, a change of a row that it lost would be refused for good.
        if (request.Epoch is { } epoch && epoch != feed.Epoch)
        {
            return new BranchPushReply(feed.Epoch, [], time.GetUtcNow());
        }

        if (request.Epoch is not null)
        {
            links.Knows(link.Id, feed.Epoch);
        }

        var granted = request.DryRun ? [] : await GrantAsync(MadeBy(request), link, cancellationToken);
        var outcomes = await JudgeAsync(request, links.Find(link.Id) ?? link, cancellationToken);
        await RevokeAsync(granted, link);
        meter.Pushed(link.Id, outcomes.Count);
        return new BranchPushReply(feed.Epoch, outcomes, time.GetUtcNow()) { Waiting = await words.FindWaitingAsync(link.Id, cancellationToken) };
    }

    private async Task<IReadOnlyList<MutationOutcome>> JudgeAsync(BranchPushRequest request, BranchLink link, CancellationToken cancellationToken)
    {
        var outcomes = new List<MutationOutcome>(request.Mutations.Count);
        foreach (var stretch in ByPerson(request.Mutations))
        {
            // What is one person's own comes with that person.
            var writer = new Writer(stretch[0].User, RoleOf(stretch[0]), link.HoldsAll ? [Writer.Everywhere] : [.. link.Scopes, $"user:{stretch[0].User}"]);
            var told = await pipeline.ForwardAsync([.. stretch.Select(one => one.Mutation)], writer, (link.Id, request.DryRun), cancellationToken);
            outcomes.AddRange(told);
            if (told.Count < stretch.Count)
            {
                break;
            }
        }

        return outcomes;
    }

    /// <summary>
    /// A branch that makes a branch has one below it: it may see and write its rows from then on. Granted before the row is there, so that its rows may
    /// come in the same question; a row that is there is somebody's already.
    /// </summary>
    private async Task<IReadOnlyList<Guid>> GrantAsync(IEnumerable<Guid> made, BranchLink link, CancellationToken cancellationToken) =>
        link.HoldsAll ? [] : links.Grant(link.Id, await FindMissingAsync(made, cancellationToken));

    /// <summary>
    /// This node was put back to before these branches were made, and what it had granted then is gone, too. Any branch may give their rows back, which are
    /// everyone's; only the one that holds them says so, before or after.
    /// </summary>
    private async Task<IReadOnlyList<Guid>> GrantAsync(BranchStates request, BranchLink link, CancellationToken cancellationToken)
    {
        if (link.HoldsAll || request.Holds is not { Count: > 0 } held || !link.IsAskedForRows(feed.Epoch))
        {
            return [];
        }

        var given = GivenBack(request).Intersect(held).ToArray();
        var missing = await FindMissingAsync(given, cancellationToken);
        return links.Grant(link.Id, [.. missing, .. given.Except(missing).Where(branch => links.Claim(branch, feed.Epoch))]);
    }

    /// <summary>
    /// A branch that was refused, or not judged yet, is nobody's: it is granted again with the question that brings it once more. Not where the asker hung up:
    /// what it sent may be judged still.
    /// </summary>
    private async Task RevokeAsync(IReadOnlyList<Guid> granted, BranchLink link) =>
        links.Revoke(link.Id, await FindMissingAsync(granted, CancellationToken.None));

    private async Task<IReadOnlyList<Guid>> FindMissingAsync(IEnumerable<Guid> branches, CancellationToken cancellationToken)
    {
        Guid[] asked = [.. branches.Distinct()];
        var rows = asked.Length == 0 ? [] : await feed.ReadAsync([.. asked.Select(branch => (schema.BranchTable!.Name, branch))], cancellationToken);
        return [.. asked.Where((_, index) => rows[index] is null)];
    }

    private IEnumerable<Guid> MadeBy(BranchPushRequest request) =>
        request.Mutations.SelectMany(one => one.Mutation.Writes).Where(write => write.Table == schema.BranchTable?.Name && write.Kind == WriteKind.Insert).Select(write => write.Id);

    private IEnumerable<Guid> GivenBack(BranchStates request) =>
        request.Changes.Where(change => change.Table == schema.BranchTable?.Name && change.Kind == ChangeKind.Enter).Select(change => change.Id);

    public async Task<Answered<BranchPullReply>> PullAsync(BranchPullRequest request, BranchLink link, CancellationToken cancellationToken)
    {
        if (request.Places.Values.Any(place => place is null))
        {
            return Problems.ForField(ErrorCodes.MalformedJson, "places", "A place is an object", "Send {} to begin");
        }

        if (request.Places.Values.Any(place => place.Cursor is { } cursor && ReaderEpochs.LogOf(cursor) == feed.Epoch))
        {
            links.Knows(link.Id, feed.Epoch);
        }

        var tables = request.Tables.Where(schema.Tables.ContainsKey).Distinct().Order(StringComparer.Ordinal).ToArray();
        var limit = Math.Clamp(request.Limit, 1, MostChanges);
        readers.Note(new DeviceId(link.Id), request.Places.Values.Select(place => place.Cursor));
        var pages = new List<BranchPage>(request.Places.Count);
        var budget = limit;
        foreach (var (scope, place) in request.Places)
        {
            // All scopes share one answer: those that it has no room for are asked for again from where they are.
            pages.Add(link.Holds(scope)
                ? budget <= 0 ? new BranchPage(scope) { To = place, More = true } : await feed.ReadAsync(new BranchRead(scope, place, tables, limit, request.Own ? null : link.Id) { WithDeleted = request.Deleted }, cancellationToken)
                : new BranchPage(scope) { Revoked = true });
            budget -= pages[^1].Changes.Count;
        }

        meter.Pulled(link.Id, tables, pages);
        return new BranchPullReply(await ScopesAsync(link, cancellationToken), feed.Epoch, schema.Hash, time.GetUtcNow(), pages)
        {
            Above = await words.FindByAsync(link.Id, request.Heard, cancellationToken),
        };
    }

    public async Task<Answered<BranchRowsReply>> RowsAsync(BranchRowsRequest request, BranchLink link, CancellationToken cancellationToken) =>
        request.Rows.Values.Any(ids => ids is null) || request.Rows.Values.Sum(ids => ids.Count) > MostRows
            ? Problems.ForField(ErrorCodes.BatchTooLarge, "rows", $"At most {MostRows} rows are answered at once", "Ask for the rest in another question")
            : new BranchRowsReply(await feed.ReadAsync(request.Rows, await ScopesAsync(link, cancellationToken), cancellationToken));

    public async Task<Answered<BranchStatesReply>> StatesAsync(BranchStates request, BranchLink link, CancellationToken cancellationToken)
    {
        if (request.Changes.Count > MostStates)
        {
            return Problems.ForField(ErrorCodes.BatchTooLarge, "changes", $"At most {MostStates} rows are taken at once", "Send the rest in another question");
        }

        var passed = new List<PassedOver>();
        var lost = link.IsAskedForRows(feed.Epoch) ? await FindMissingAsync(GivenBack(request), cancellationToken) : [];
        var granted = await GrantAsync(request, link, cancellationToken);
        var offerer = OffererOf(links.Find(link.Id) ?? link);
        await offers.TakeAsync(request.Changes, offerer, (change, why) => passed.Add(new PassedOver(change.Table, change.Id, why.Code, why.Reason)), cancellationToken);
        await RevokeAsync(granted, link);
        foreach (var branch in lost.Except(granted).Except(await FindMissingAsync(lost, cancellationToken)))
        {
            links.LeaveUnclaimed(branch, feed.Epoch);
        }

        return new BranchStatesReply(feed.Epoch, feed.Head, time.GetUtcNow(), passed);
    }

    /// <summary>An equal's rows are merged, and so are those that a branch gives back to this node after it was put back; what else a branch offers is judged.</summary>
    private Offerer OffererOf(BranchLink link)
    {
        var word = link.IsEqual ? Word.OfEqual : link.IsAskedForRows(feed.Epoch) ? Word.GivenBack : Word.Judged;
        var role = link.HoldsAll && word != Word.Judged ? Writer.NodeRole : Roles.Admin;
        return new Offerer(new Writer(link.Id, role, link.HoldsAll ? [Writer.Everywhere] : link.Scopes), word);
    }

    /// <summary>Every scope the branch holds now.</summary>
    public async Task<IReadOnlyList<string>> ScopesAsync(BranchLink link, CancellationToken cancellationToken) =>
        link.HoldsAll ? await feed.ReadScopesAsync(cancellationToken) : link.Scopes;

    // The writer is told to the pipeline once a job, so people are kept apart; their order stays.
    private static IEnumerable<IReadOnlyList<ForwardedMutation>> ByPerson(IReadOnlyList<ForwardedMutation> mutations)
    {
        for (var start = 0; start < mutations.Count;)
        {
            var end = start + 1;
            while (end < mutations.Count && mutations[end].User == mutations[start].User && mutations[end].Role == mutations[start].Role)
            {
                end++;
            }

            yield return mutations.Skip(start).Take(end - start).ToArray();
            start = end;
        }
    }

    // A branch's node may do at home what no person may; here it is no more than an administrator of its branches.
    private static string RoleOf(ForwardedMutation forwarded) => forwarded.Role == Writer.NodeRole ? Roles.Admin : forwarded.Role;
}
