using Branchline.Protocol;

namespace Branchline.Server.Mutations.Cases;

/// <summary>
/// The device under which the node writes down what became of a device's mutations that came another way than by its own push. The node allots its
/// numbers; unlike those of REST they are never forgotten, because the device may still send the same mutations itself.
/// </summary>
internal static class JournalDevice
{
    public static DeviceId Of(DeviceId device) => new($"journal-{DerivedId.Of("journal " + device.Value)}");
}
