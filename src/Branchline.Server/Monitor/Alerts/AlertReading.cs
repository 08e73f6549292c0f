namespace Branchline.Server.Monitor.Alerts;

/// <summary>What alerts are about. Their spelling in JSON, in logs and in posts is <see cref="AlertKinds.Word"/>.</summary>
internal enum AlertKind
{
    /// <summary>Rounds with a master, or of a branch, that failed in a row.</summary>
    LinkFailed,

    /// <summary>Seconds since a branch was heard of.</summary>
    BranchSilent,

    /// <summary>A branch comes and is not let in: 1, else 0.</summary>
    BranchLockedOut,

    /// <summary>Seconds that the oldest waits to go up.</summary>
    QueueOld,

    /// <summary>Seconds that two clocks are apart.</summary>
    ClockSkew,

    /// <summary>Bytes that are free.</summary>
    DiskLow,
}

/// <summary>
/// One figure that is watched: of <paramref name="Subject"/>, which people call <paramref name="Name"/>; <paramref name="Text"/> says it in a sentence.
/// </summary>
internal sealed record AlertReading(AlertKind Kind, string Subject, string Name, double Value, string Text);

/// <summary>Reads the figures at this moment. Stages that have some register one.</summary>
internal delegate Task<IReadOnlyList<AlertReading>> AlertSource(CancellationToken cancellationToken);

/// <summary>An alert that is raised.</summary>
internal sealed record Alert(AlertKind Kind, string Subject, string Name, string Text, DateTimeOffset Since);

/// <summary>An alert that was raised or cleared at a moment.</summary>
internal sealed record AlertEvent(Guid Id, Alert Alert, bool IsRaised, DateTimeOffset At);

/// <summary>The limits of each kind: it is raised beyond the one and cleared only within the other, so that a figure on the edge says nothing twice.</summary>
internal static class AlertKinds
{
    public static string Word(AlertKind kind) => kind switch
    {
        AlertKind.LinkFailed => "link_failed",
        AlertKind.BranchSilent => "branch_silent",
        AlertKind.BranchLockedOut => "branch_locked_out",
        AlertKind.QueueOld => "queue_old",
        AlertKind.ClockSkew => "clock_skew",
        AlertKind.DiskLow => "disk_low",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static bool IsRaised(AlertReading reading, AlertOptions options) => reading.Kind switch
    {
        AlertKind.LinkFailed => reading.Value >= options.Failures,
        AlertKind.BranchSilent => reading.Value >= options.Silence.TotalSeconds,
        AlertKind.BranchLockedOut => reading.Value >= 1,
        AlertKind.QueueOld => reading.Value >= options.QueueAge.TotalSeconds,
        AlertKind.ClockSkew => reading.Value >= options.Skew.TotalSeconds,
        _ => reading.Value < options.DiskFree,
    };

    public static bool IsCleared(AlertReading reading, AlertOptions options) => reading.Kind switch
    {
        AlertKind.LinkFailed or AlertKind.BranchLockedOut => reading.Value < 1,
        AlertKind.BranchSilent => reading.Value < options.Silence.TotalSeconds,
        AlertKind.QueueOld => reading.Value < options.QueueAge.TotalSeconds / 2,
        AlertKind.ClockSkew => reading.Value < options.Skew.TotalSeconds / 2,
        _ => reading.Value >= options.DiskFree * 1.25,
    };
}
