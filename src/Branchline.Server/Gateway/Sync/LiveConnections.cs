using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Branchline.Server.Gateway.Sockets;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Store;

namespace Branchline.Server.Gateway.Sync;

/// <summary>What every live connection works with.</summary>
internal sealed record LiveConnections(
    MutationPipeline Pipeline,
    FeedReader Reader,
    DeviceBook Book,
    SyncPages Pages,
    Broadcaster Broadcaster,
    Delivered Delivered,
    FeedMarks Marks,
    DeviceNumbers Devices,
    LastWords Words,
    WordSender Sender,
    BusinessSchema Schema,
    TimeProvider Time)
{
    public LiveConnection Open(FrameSocket socket, Identity identity) => new(this, socket, identity);
}
