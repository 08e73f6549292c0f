using System.Security.Cryptography;
using System.Text;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Server.Gateway.Channels;

/// <summary>What is said on encrypted channels, boxed for those who hold the channel's secret.</summary>
internal static class Boxes
{
    public static string? SharedSecret(RealtimeApp app, string channel) => null;
}
