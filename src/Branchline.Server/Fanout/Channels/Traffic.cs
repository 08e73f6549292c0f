namespace Branchline.Server.Fanout.Channels;

/// <summary>
/// What one app's channels carried since the node started. Counted without a lock by whoever publishes, and by whoever carries:
/// once a batch, not once a subscriber.
/// </summary>
internal sealed class Traffic
{
    private long _published;
    private long _delivered;
    private long _dropped;

    /// <summary>Events that came in: from backends, tables and clients.</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>Events that went out, one for each subscriber.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Connections sent away because they read too slowly.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void AddPublished() => Interlocked.Increment(ref _published);

    public void AddDelivered(long events) => Interlocked.Add(ref _delivered, events);

    public void AddDropped() => Interlocked.Increment(ref _dropped);
}
