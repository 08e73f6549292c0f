namespace Branchline.Server.Replication.Pace;

/// <summary>When a lane is open and how fast it may go. Section <c>Branchline:Sync:Lanes:NAME</c>.</summary>
public sealed class LaneOptions
{
    /// <summary>Mutations and rows a second, in both directions together. By default there is no limit.</summary>
    public int? MaxChangesPerSecond { get; set; }

    /// <summary>The time of day in which the lane is open, such as <c>22:00-06:00</c>. By default it always is.</summary>
    public string? Window { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Window ?? "always open"}, {(MaxChangesPerSecond is { } most ? $"{most}/s" : "no limit")}";
}
