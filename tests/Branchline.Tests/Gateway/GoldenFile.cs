namespace Branchline.Tests.Gateway;

/// <summary>The messages of protocol/, byte for byte.</summary>
internal static class GoldenFile
{
    /// <summary>A message as it travels: without the line end that its file has.</summary>
    public static string Read(string name) => Repository.ReadText("protocol/" + name).TrimEnd('\n');
}
