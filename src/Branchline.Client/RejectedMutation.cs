using Branchline.Protocol;

namespace Branchline.Client;

/// <summary>
/// A mutation the node refused, whole, with the reason. It stays in the tray until it is discarded or sent again.
/// <paramref name="Code"/> is one of <see cref="ErrorCodes"/>.
/// </summary>
public sealed record RejectedMutation(Mutation Mutation, string Code, string Reason)
{
    /// <summary>The mutation's id.</summary>
    public Guid Id => Mutation.Id;

    /// <summary>The table at fault, where one is.</summary>
    public string? Table { get; init; }

    /// <summary>The field at fault, where one is.</summary>
    public string? Field { get; init; }

    /// <summary>What would be right.</summary>
    public string? Remedy { get; init; }

    /// <summary>When the refusal came in.</summary>
    public DateTimeOffset RejectedAt { get; init; }
}

/// <summary>A mutation the node applied, except where a newer value was there already and stayed.</summary>
/// <param name="Id">The mutation's id.</param>
/// <param name="KeptFields">The fields that kept the newer value, as <c>table.field</c>.</param>
public sealed record MergedMutation(Guid Id, IReadOnlyList<string> KeptFields);

/// <summary>A mutation that is saved on this device; whether the node has it shows in the outbox.</summary>
/// <param name="Id">The mutation's id.</param>
/// <param name="Receipts">The receipt numbers it was given, by series.</param>
public sealed record SavedMutation(Guid Id, IReadOnlyDictionary<string, string> Receipts);
