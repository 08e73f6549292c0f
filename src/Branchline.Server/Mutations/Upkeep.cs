namespace Branchline.Server.Mutations;

/// <summary>The node's own writing, a piece a commit: through the one writer like everything else, behind everybody who waits.</summary>
internal sealed class Upkeep(WriteQueue queue)
{
    /// <summary>Returns after the commit. The work runs on the writer's thread, inside its transaction.</summary>
    public async Task WriteAsync(Action work, CancellationToken cancellationToken)
    {
        var job = new WriteJob([], Writer.Node, ApplyOptions.Default) { Upkeep = work };
        await queue.AddAsync(job, cancellationToken);
        await job.Answer.Task.WaitAsync(cancellationToken);
    }
}
