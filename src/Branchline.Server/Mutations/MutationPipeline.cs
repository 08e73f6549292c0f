using Branchline.Protocol;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Mutations.Cases;

namespace Branchline.Server.Mutations;

/// <summary>The only way a row changes: device, REST call and branch all come through here.</summary>
public sealed class MutationPipeline
{
    private static readonly ApplyOptions DryRun = ApplyOptions.Default with { DryRun = true };

    // Whoever decides is told at once, so nothing new goes to the tray.
    private static readonly ApplyOptions ByHand = ApplyOptions.Default with { KeepRejected = false };

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

    /// <summary>The same push tried and taken back: the outcomes it would have, each mutation seeing those before it. Nothing of it stays.</summary>
    public Task<PushAnswer> RehearseAsync(PushRequest request, Writer writer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            new WriteJob(request.Mutations, writer, DryRun) { IsPush = true, Incarnation = request.Incarnation }, cancellationToken);
    }

    /// <summary>
    /// What a branch forwards of its devices, each with the person who made it; the outcomes in order. A dry run tries all of it and takes it back.
    /// </summary>
    internal async Task<IReadOnlyList<MutationOutcome>> ForwardAsync(
        IReadOnlyList<Mutation> mutations, Writer writer, (string Via, bool DryRun) how, CancellationToken cancellationToken)
    {
        var options = ApplyOptions.Default with { Via = how.Via, DryRun = how.DryRun };
        var answer = await RunAsync(new WriteJob(mutations, writer, options), cancellationToken);
        return answer.Outcomes;
    }

    /// <summary>Another node's changes, taken over whole. Throws <see cref="InvalidOperationException"/> when they cannot be.</summary>
    internal async Task TakeOverAsync(ReplicatedBatch batch, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(new WriteJob([], Writer.Node, ApplyOptions.Default) { Replicated = batch }, cancellationToken);
        if (answer.Refusal is { } refusal)
        {
            throw new InvalidOperationException(refusal.Reason);
        }
    }

    /// <summary>A person's decision about a case, judged and done in one transaction. The outcome is that of its mutation, where it needs one.</summary>
    internal Task<PushAnswer> DecideAsync(CaseDecision decision, Writer writer, CancellationToken cancellationToken) =>
        RunAsync(new WriteJob([], writer, ByHand) { Decision = decision }, cancellationToken);

    private async Task<PushAnswer> RunAsync(WriteJob job, CancellationToken cancellationToken)
    {
        await _queue.AddAsync(job, cancellationToken);

        // Once queued the job runs whatever becomes of the caller, who may ask again and is then told what became of it.
        return await job.Answer.Task.WaitAsync(cancellationToken);
    }
}
