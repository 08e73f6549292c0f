using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Server.Store.Cases;

/// <summary>How a case was closed, by whom and when.</summary>
internal sealed record Settlement(string How, string By, string At)
{
    /// <summary>The tray's mutation was applied after all.</summary>
    public const string Resolved = "resolved";

    /// <summary>The tray's mutation is given up.</summary>
    public const string Discarded = "discarded";

    /// <summary>The conflict's lost value was written back.</summary>
    public const string Undone = "undone";

    /// <summary>A person chose the value that the row held.</summary>
    public const string Kept = "kept";

    /// <summary>A person chose the other value.</summary>
    public const string Lost = "lost";

    /// <summary>Somebody looked at the flagged row.</summary>
    public const string Cleared = "cleared";
}

/// <summary>Something a person did about a case. <paramref name="Action"/> is resend, discard, hand_over, import, undo, choose or clear.</summary>
internal sealed record CaseStep(string Action, string By, string At)
{
    public Guid? Mutation { get; init; }

    /// <summary>What became of its mutation, as JSON.</summary>
    public string? Outcome { get; init; }

    /// <summary>What was sent in place of the tray's own writes, as JSON.</summary>
    public string? Sent { get; init; }

    public string? Note { get; init; }
}

/// <summary>A case as it is kept; <paramref name="Settled"/> is null as long as nobody closed it.</summary>
internal abstract record StoredCase(long Id, Settlement? Settled);

/// <summary>A rejected or parked mutation. Code and reason are the newest.</summary>
internal sealed record StoredTray(long Id, Settlement? Settled, TrayWords Words, string Payload) : StoredCase(Id, Settled)
{
    public required Guid Mutation { get; init; }

    public required string Device { get; init; }

    public required long N { get; init; }

    public required string UserId { get; init; }

    public required string ReceivedAt { get; init; }

    /// <summary>How often it was sent again in vain.</summary>
    public long Attempts { get; init; }

    public string? FirstCode { get; init; }

    public string? FirstReason { get; init; }

    /// <summary>The mutation as its device sent it.</summary>
    public Mutation Sent => field ??= JsonSerializer.Deserialize(Payload, ProtocolJson.Default.Mutation)!;
}

/// <summary>Why a mutation was rejected.</summary>
internal sealed record TrayWords(string Code, string Reason, string? Table, string? Field, string? Remedy);

/// <summary>One of the two values of a conflict: JSON, its stamp, and who wrote it where that is known.</summary>
internal sealed record ConflictSide(string Value, string At, string? By);

/// <summary>A conflict. Kept is the value that won at once, or that stays until a person chooses.</summary>
internal sealed record StoredConflict(long Id, Settlement? Settled, string Table, Guid Row, string Field) : StoredCase(Id, Settled)
{
    /// <summary>A name of <see cref="Protocol.Schema.MergePolicy"/>, or that of the workflow.</summary>
    public required string Policy { get; init; }

    public required ConflictSide Kept { get; init; }

    public required ConflictSide Lost { get; init; }

    public required bool IsOpen { get; init; }

    public required string FoundAt { get; init; }

    public string? Group { get; init; }

    /// <summary>The mutation that arrived second; null in files of older programs.</summary>
    public Guid? Mutation { get; init; }

    public string? Scope { get; init; }
}

/// <summary>A flag. The table is empty when it is about the mutation as a whole.</summary>
internal sealed record StoredFlag(long Id, Settlement? Settled, string Table, Guid Row, string? Field) : StoredCase(Id, Settled)
{
    public required string Code { get; init; }

    public required string Reason { get; init; }

    public required Guid Mutation { get; init; }

    public required string FoundAt { get; init; }

    public string? UserId { get; init; }

    public string? Scope { get; init; }
}
