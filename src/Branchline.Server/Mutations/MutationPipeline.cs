using Branchline.Protocol;

namespace Branchline.Server.Mutations;

/// <summary>The only way a row changes: device, REST call and branch all come through here.</summary>
public sealed class MutationPipeline
{
    private readonly WriteQueue _queue;

    internal MutationPipeline(WriteQueue queue) => _queue = queue;

    /// <summary>
    /// Answers after the commit. A mutation with n = 0 gets its device's next number.
    /// Throws <see cref="StoreUnavailableException"/> when the store cannot write; nothing was applied then.
    /// </summary>
    public async Task<MutationOutcome> ApplyAsync(
        Mutation mutation, Writer writer, ApplyOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mutation);
        ArgumentNullException.ThrowIfNull(options);
        var answer = await RunAsync(new WriteJob([mutation], writer, options), cancellationToken);
        return answer.Outcomes[0];
    }

    /// <summary>
    /// Imports and seeding: many mutations in one commit, each with an outcome of its own. A till waits for that commit at most,
    /// so keep them to some dozens.
    /// </summary>
    public async Task<IReadOnlyList<MutationOutcome>> ApplyAllAsync(
        IReadOnlyList<Mutation> mutations, Writer writer, ApplyOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mutations);
        ArgumentNullException.ThrowIfNull(options);
        var answer = await RunAsync(new WriteJob(mutations, writer, options), cancellationToken);
        return answer.Outcomes;
    }

    /// <summary>A device's push: mutations of one device in ascending numbers without gaps, at least one.</summary>
    public Task<PushAnswer> PushAsync(PushRequest request, Writer writer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            new WriteJob(request.Mutations, writer, ApplyOptions.Default) { IsPush = true, Incarnation = request.Incarnation },
            cancellationToken);
    }

    private async Task<PushAnswer> RunAsync(WriteJob job, CancellationToken cancellationToken)
    {
        await _queue.AddAsync(job, cancellationToken);

        // Once queued the job runs whatever becomes of the caller, who may ask again and is then told what became of it.
        return await job.Answer.Task.WaitAsync(cancellationToken);
    }
}
