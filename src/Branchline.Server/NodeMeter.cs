namespace Branchline.Server;

/// <summary>What every stage measures under. Names follow OpenTelemetry: dots between words, seconds, no unit in the name.</summary>
internal static class NodeMeter
{
    public const string Name = "Branchline";
}
