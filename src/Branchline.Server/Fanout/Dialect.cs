using Branchline.Server.Feed;

namespace Branchline.Server.Fanout;

/// <summary>Turns committed changes into the frames of one wire. Called by the pump, one batch after the other.</summary>
internal abstract class Dialect
{
    public abstract void Announce(CommittedBatch batch, Broadcaster broadcaster);
}
