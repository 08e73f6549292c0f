namespace Branchline.Server;

/// <summary>One node: its table of contents.</summary>
public static class BranchlineServer
{
}
