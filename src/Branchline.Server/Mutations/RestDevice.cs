using Branchline.Protocol;

namespace Branchline.Server.Mutations;

/// <summary>The device a person writes with where no device of theirs does: REST, and decisions about cases. The node allots its numbers.</summary>
internal static class RestDevice
{
    /// <summary>No device of a push begins so.</summary>
    public const string Prefix = "rest-";

    public static DeviceId Of(string userId) => new(Prefix + userId);
}
