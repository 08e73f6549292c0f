namespace Branchline.Server;

/// <summary>Makes row and mutation ids (UUIDv7), so that tests can replay them.</summary>
public class IdSource(TimeProvider time)
{
    /// <summary>A UUIDv7 of the injected clock.</summary>
    public virtual Guid Next()
    {
#pragma warning disable RS0030 // The one place that makes ids.
        return Guid.CreateVersion7(time.GetUtcNow());
#pragma warning restore RS0030
    }
}
