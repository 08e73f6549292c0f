using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Access.Links;
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

    /// <summary>How many branches one question may make.</summary>
    public const int MostGrants = 20;

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

        link = request.DryRun ? link : await GrantAsync(MadeBy(request), link, cancellationToken);
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

        meter.Pushed(link.Id, outcomes.Count);
        return new BranchPushReply(feed.Epoch, outcomes, time.GetUtcNow()) { Waiting = await words.FindWaitingAsync(link.Id, cancellationToken) };
    }

    /// <summary>
    /// A branch that makes a branch has one below it: it may see and write its rows from then on. Granted before the row is there, so that nothing of a
    /// push that is cut short is refused when it comes again; a row that is there is somebody's already.
    /// </summary>
    private async Task<BranchLink> GrantAsync(IEnumerable<Guid> made, BranchLink link, CancellationToken cancellationToken)
    {
        if (link.HoldsAll)
        {
            return link;
        }

        foreach (var id in made.Distinct().Take(MostGrants))
        {
            if (await feed.ReadAsync([(schema.BranchTable!.Name, id)], cancellationToken) is [null])
            {
                links.Grant(link.Id, id.ToString());
            }
        }

        return links.Find(link.Id) ?? link;
    }

    private IEnumerable<Guid> MadeBy(BranchPushRequest request) =>
        request.Mutations.SelectMany(one => one.Mutation.Writes).Where(write => write.Table == schema.BranchTable?.Name && write.Kind == WriteKind.Insert).Select(write => write.Id);

    // This node was put back to before the branch was made, and what it had granted then is gone, too.
    private IEnumerable<Guid> MadeBy(BranchStates request) =>
        request.Changes.Where(change => change.Table == schema.BranchTable?.Name && change.Kind == ChangeKind.Enter).Select(change => change.Id);

    public async Task<Answered<BranchPullReply>> PullAsync(BranchPullRequest request, BranchLink link, CancellationToken cancellationToken)
    {
        if (request.Places.Values.Any(place => place is null))
        {
            return Problems.ForField(ErrorCodes.MalformedJson, "places", "A place is an object", "Send {} to begin");
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

        link = await GrantAsync(MadeBy(request), link, cancellationToken);
        var passed = new List<PassedOver>();
        var offerer = link.HoldsAll ? new Writer(link.Id, Writer.NodeRole, []) : new Writer(link.Id, Roles.Admin, link.Scopes);
        await offers.TakeAsync(request.Changes, offerer, (change, reason) => passed.Add(new PassedOver(change.Table, change.Id, reason)), cancellationToken);
        return new BranchStatesReply(feed.Epoch, feed.Head, time.GetUtcNow(), passed);
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
