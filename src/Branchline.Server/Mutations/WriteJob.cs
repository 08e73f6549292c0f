using Branchline.Protocol;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Mutations.Cases;

namespace Branchline.Server.Mutations;

/// <summary>Why a push was refused as a whole; nothing of it was applied.</summary>
public sealed record PushRefusal(string Code, string Reason, long? Expected = null);

/// <summary>The answers to a push, or why it was refused. Fewer outcomes than mutations: the device sends the rest again.</summary>
public sealed record PushAnswer(string Incarnation, IReadOnlyList<MutationOutcome> Outcomes, PushRefusal? Refusal);

/// <summary>Mutations of one device waiting for the writer. The incarnation is checked for a push only.</summary>
internal sealed record WriteJob(IReadOnlyList<Mutation> Mutations, Writer Writer, ApplyOptions Options)
{
    public bool IsPush { get; init; }

    public string? Incarnation { get; init; }

    /// <summary>What a person decided about a case; its mutation is made inside the transaction.</summary>
    public CaseDecision? Decision { get; init; }

    /// <summary>Changes nothing; it asks whether a commit of a usual size succeeds, alone.</summary>
    public bool IsProbe { get; init; }

    /// <summary>What the node does to its own tables in the transaction, in place of mutations: short, alone, and when nothing else waits.</summary>
    public Action? Upkeep { get; init; }

    /// <summary>Another node's changes, in place of mutations.</summary>
    public ReplicatedBatch? Replicated { get; init; }

    /// <summary>Whether it is committed by itself.</summary>
    public bool IsAlone => IsProbe || Upkeep is not null;

    public TaskCompletionSource<PushAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
