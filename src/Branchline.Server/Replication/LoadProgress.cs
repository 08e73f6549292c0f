namespace Branchline.Server.Replication;

/// <summary>How many rows of a scope were loaded, of how many the master said there are.</summary>
internal sealed record LoadProgress(long Loaded, long Total)
{
    public static LoadProgress operator +(LoadProgress one, LoadProgress other) => new(one.Loaded + other.Loaded, one.Total + other.Total);
}
