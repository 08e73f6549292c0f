namespace Branchline.Server.Mutations;

/// <summary>The queue a mutation waits in. Bulk work yields to tills.</summary>
public enum Lane
{
    /// <summary>Tills, people, branches.</summary>
    Till,

    /// <summary>Imports and seeding.</summary>
    Bulk,
}

/// <summary>How a mutation is to be applied. The default is a till's own push.</summary>
public sealed record ApplyOptions
{
    /// <summary>The defaults.</summary>
    public static ApplyOptions Default { get; } = new();

    /// <summary>The queue to wait in.</summary>
    public Lane Lane { get; init; } = Lane.Till;

    /// <summary>Run everything, answer the true outcome, keep nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Keep a rejected mutation in the tray. REST answers its caller at once and keeps nothing.</summary>
    public bool KeepRejected { get; init; } = true;

    /// <summary>The caller is online and current: unknown rows, existing ids and unique clashes are refused rather than settled.</summary>
    public bool Strict { get; init; }

    /// <summary>The version (seq of the last change) the first written row must still have; checked inside the transaction.</summary>
    public long? ExpectedVersion { get; init; }

    /// <summary>The branch that forwards what its devices did, or null: ids count before numbers, and numbers may have gaps.</summary>
    internal string? Via { get; init; }

    /// <summary>Fingerprint of the request behind an idempotency key; a known mutation id with another one is refused with <c>idempotency_key_reused</c>.</summary>
    public string? Digest { get; init; }

    /// <summary>The Pusher connection of the caller: it hears no event of what it wrote itself.</summary>
    public string? ExceptSocketId { get; init; }
}
