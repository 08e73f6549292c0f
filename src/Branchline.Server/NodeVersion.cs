using System.Reflection;

namespace Branchline.Server;

/// <summary>Which Branchline this is, as people name it.</summary>
internal static class NodeVersion
{
    /// <summary>Without what the build appends to it.</summary>
    public static string Text { get; } =
        typeof(NodeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
