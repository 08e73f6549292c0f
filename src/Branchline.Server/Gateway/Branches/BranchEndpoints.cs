using Branchline.Protocol;
using Branchline.Server.Access.Links;
using Branchline.Server.Feed.Branches;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Branches;

/// <summary><c>/branch/push</c>, <c>/branch/pull</c>, <c>/branch/rows</c>, <c>/branch/report</c>: what a branch and its master have to say to each other.</summary>
internal sealed class BranchEndpoints(BranchGate gate, BranchAnswers answers, BranchFeed feed, BranchPokes pokes, BranchReports reports, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);

    public Task PushAsync(HttpContext context) =>
        gate.ServeAsync(context, (ProtocolJson.Default.BranchPushRequest, ProtocolJson.Default.BranchPushReply), (request, link) => answers.PushAsync(request, link, context.RequestAborted));

    public Task PullAsync(HttpContext context) =>
        gate.ServeAsync(context, (ProtocolJson.Default.BranchPullRequest, ProtocolJson.Default.BranchPullReply), (request, link) => answers.PullAsync(request, link, context.RequestAborted));

    public Task RowsAsync(HttpContext context) =>
        gate.ServeAsync(context, (ProtocolJson.Default.BranchRowsRequest, ProtocolJson.Default.BranchRowsReply), (request, link) => answers.RowsAsync(request, link, context.RequestAborted));

    public Task StatesAsync(HttpContext context) =>
        gate.ServeAsync(context, (ProtocolJson.Default.BranchStates, ProtocolJson.Default.BranchStatesReply), (request, link) => answers.StatesAsync(request, link, context.RequestAborted));

    public Task WaitAsync(HttpContext context) =>
        gate.ServeAsync(context, (ProtocolJson.Default.BranchWait, ProtocolJson.Default.BranchHead), (request, link) => AwaitAsync(request, link, context.RequestAborted));

    public Task ReportAsync(HttpContext context) =>
        gate.ServeAsync(context, (ProtocolJson.Default.BranchReport, ProtocolJson.Default.BranchHead), (request, link) => Task.FromResult(Take(request, link)));

    private Answered<BranchHead> Take(BranchReport report, BranchLink link)
    {
        reports.Take(link, report);
        return Head();
    }

    private async Task<Answered<BranchHead>> AwaitAsync(BranchWait request, BranchLink link, CancellationToken cancellationToken)
    {
        await pokes.WaitAsync(link, request.Seq, LongestWait, cancellationToken);
        return Head();
    }

    private BranchHead Head() => new(feed.Epoch, feed.Head, time.GetUtcNow());
}
