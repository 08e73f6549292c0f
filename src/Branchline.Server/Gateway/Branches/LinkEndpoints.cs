using System.Globalization;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Access.Links;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Gateway.Sync;
using Branchline.Server.Mutations;
using Branchline.Server.Replication;
using Branchline.Server.Schema;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Branches;

/// <summary><c>/api/branches/links</c>: which branches follow this node, by administrators; <c>/branch/join</c>: how one begins to.</summary>
internal sealed class LinkEndpoints(
    BranchLinks links, LinkLines lines, BranchReports reports, BranchGate gate, BranchFeed feed, MutationPipeline pipeline, RowReader reader, Masters masters, BusinessSchema schema, IdSource ids, NodeClock clock)
{
    private const int MostBranches = 10_000;
    private const int LongestName = 100;
    private const int MostJoinBytes = 64 * 1024;

    public async Task<IResult> ListAsync(CancellationToken cancellationToken) =>
        TypedResults.Json(await lines.ReadAsync(cancellationToken), LinkJson.Default.IReadOnlyListLinkReply);

    /// <summary>Makes the branch's row where there is none of that name, and invites it.</summary>
    public async Task<IResult> AddAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (wish, problem) = await SyncBody.ReadAsync(context.Request, LinkJson.Default.NewLink);
        if (problem is not null)
        {
            return problem;
        }

        var name = wish!.Name.Trim();
        if (name.Length is 0 or > LongestName)
        {
            return Problems.ForField(ErrorCodes.Required, "name", $"A branch has a name of 1 to {LongestName} characters", "Send what people call it");
        }

        if (await lines.FindAsync(name, cancellationToken) is { } taken)
        {
            return Problems.ForField(ErrorCodes.UniqueClash, "name", $"A branch follows this node as {name} already ({taken.Id})", "Choose another name, or remove it first");
        }

        if (wish.Equal && masters.All.FirstOrDefault(master => !master.TakesRows) is { } judge)
        {
            return Problems.ForField(
                ErrorCodes.ParameterInvalid, "equal", $"This node follows {judge.Name}, which has the last word: an equal that reads here would hear what it may still refuse",
                "Invite this node from the other side: branch add NAME --equal there, and join here");
        }

        var (branches, refusal) = wish.All ? ([], null) : await FindOrMakeAsync([name, .. wish.With ?? []], cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        // Made in this life of the log, it knows none before.
        var (link, token) = links.Invite(links.New(name, branches) with { IsEqual = wish.Equal, HoldsAll = wish.All, Life = feed.Epoch });
        var line = await lines.ReadAsync(link, cancellationToken);
        return TypedResults.Json(line with { Token = token }, LinkJson.Default.LinkReply, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>A new token for a branch whose machine was lost or replaced, or that was removed and shall come back.</summary>
    public async Task<IResult> InviteAsync(string id, CancellationToken cancellationToken)
    {
        if (links.All.FirstOrDefault(link => link.Id == id) is not { } link)
        {
            return Missing(id);
        }

        if (link.IsRemoved && links.All.FirstOrDefault(other => !other.IsRemoved && other.IsOfSameBranch(link)) is { } taken)
        {
            return Problems.For(ErrorCodes.UniqueClash, $"{taken.Id} follows this node in its place.", "Invite that one, or remove it first.");
        }

        var (again, token) = links.InviteAgain(link);
        reports.Forget(id);
        var line = await lines.ReadAsync(again, cancellationToken);
        return TypedResults.Json(line with { Token = token }, LinkJson.Default.LinkReply);
    }

    public IResult Remove(string id)
    {
        if (links.Find(id) is not { } link)
        {
            return Missing(id);
        }

        links.Remove(link);
        reports.Forget(id);
        return TypedResults.NoContent();
    }

    /// <summary>Signed and encrypted with the invitation's secret in place of a key, so that neither is ever on the line in the clear.</summary>
    public async Task JoinAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (links.Find(headers[BranchSeal.LinkHeader].ToString()) is not { Invitation: { } secret } link || !links.IsInvited(link)
            || !long.TryParse(headers[BranchSeal.TimeHeader], out var sent)
            || await SignedBody.ReadAsync(context.Request, MostJoinBytes, context.RequestAborted) is not { } body
            || !Secret.AreEqual(
                BranchSeal.SignQuestion(secret, context.Request.Path, (sent, headers[BranchSeal.NonceHeader].ToString()), body),
                headers[BranchSeal.SignatureHeader].ToString()))
        {
            await Problems.For(ErrorCodes.TokenInvalid, "The token is unknown, was used, or is too old.", "Ask for a new one: branchline branch add NAME, or branch invite ID.").ExecuteAsync(context);
            return;
        }

        if (gate.IsLate(context.Request))
        {
            await Problems.For(ErrorCodes.ClockWrong, "The clocks of branch and master differ by more than five minutes.", "Set the clock of the one that is wrong.").ExecuteAsync(context);
            return;
        }

        var joined = links.Join(link);
        var scopes = joined.HoldsAll ? await feed.ReadScopesAsync(context.RequestAborted) : joined.Scopes;
        var reply = new JoinedMaster(joined.Id, joined.Name, joined.Key!, scopes, feed.Epoch, joined.IsEqual, joined.HoldsAll);
        var packed = BranchSeal.Pack(JsonSerializer.SerializeToUtf8Bytes(reply, JoinJson.Default.JoinedMaster), secret, isSealed: true);
        context.Response.Headers[BranchSeal.SignatureHeader] =
            BranchSeal.SignAnswer(secret, headers[BranchSeal.NonceHeader].ToString(), StatusCodes.Status200OK, packed);
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Response.ContentType = "application/octet-stream";
        await context.Response.Body.WriteAsync(packed, context.RequestAborted);
    }

    /// <summary>Encrypted whatever the line.</summary>
    public Task RotateAsync(HttpContext context) =>
        gate.ServeAsync(context, (JoinJson.Default.JoinHost, JoinJson.Default.NewKey), (_, link) => Task.FromResult<Answered<NewKey>>(
            context.Request.Headers.ContainsKey(BranchSeal.SealedHeader)
                && links.Rotate(link.Id)?.Key is { } key
                ? new NewKey(key)
                : Problems.For(ErrorCodes.ParameterInvalid, "A key is only given on an encrypted line.", $"Send {BranchSeal.SealedHeader}")));

    private async Task<(IReadOnlyList<string> Branches, Problem? Problem)> FindOrMakeAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var found = new List<string>(names.Count);
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            var (branch, refusal) = await FindOrMakeBranchAsync(name, cancellationToken);
            if (refusal is not null)
            {
                return ([], refusal);
            }

            found.AddRange(branch is { } id ? [id.ToString()] : []);
        }

        return (found, null);
    }

    private async Task<(Guid? Branch, Problem? Problem)> FindOrMakeBranchAsync(string name, CancellationToken cancellationToken)
    {
        if (schema.BranchTable is not { Title: { } title } table)
        {
            return (null, null);
        }

        var rows = await reader.QueryAsync(new RowQuery(table, [ScopeRule.Everyone]) { Limit = MostBranches }, cancellationToken);
        if (rows.FirstOrDefault(row => row.Fields.GetValueOrDefault(title).AsText == name) is { } found)
        {
            return (found.Id, null);
        }

        var (id, device) = (ids.Next(), RestDevice.Of(Writer.Node.UserId));
        var write = new RowWrite(table.Name, id, WriteKind.Insert, Fields(table, name, rows.Count + 1));
        var outcome = await pipeline.ApplyAsync(
            new Mutation(device, 0, ids.Next(), clock.Next(device), null, [write]), Writer.Node, ApplyOptions.Default with { Strict = true, KeepRejected = false }, cancellationToken);
        return outcome is MutationOutcome.Rejected rejected ? (null, Problems.For(rejected)) : (id, null);
    }

    /// <summary>Its title, and for every other text that a row must have a short word made of it: head office may put another in its place.</summary>
    private static Dictionary<string, FieldValue> Fields(TableSchema table, string name, int number)
    {
        var fields = new Dictionary<string, FieldValue>(StringComparer.Ordinal) { [table.Title!] = FieldValue.Of(name) };
        foreach (var field in table.Fields.Values.Where(field => field.Required && field.Default.IsNull && field.Type == FieldType.Text && field.Name != table.Title))
        {
            var ending = number.ToString("00", CultureInfo.InvariantCulture);
            var letters = string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
            var room = (int)Math.Max(0, Math.Min(field.Max ?? LongestName, 4 + ending.Length) - ending.Length);
            fields[field.Name] = FieldValue.Of(letters[..Math.Min(letters.Length, room)] + ending);
        }

        return fields;
    }

    private static Problem Missing(string id) =>
        Problems.For(ErrorCodes.NotFound, $"No branch {id} follows this node.", "See branchline branch list.");
}
