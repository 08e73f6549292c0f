namespace Branchline.Server.Access.Links;

/// <summary>The one-use token as people carry it: <c>LINK.SECRET</c>, and <c>LINK.SECRET.equal</c> where neither node will have the last word.</summary>
internal static class InvitationToken
{
    /// <summary>The third part of a token for equals.</summary>
    public const string Equal = "equal";

    public static string Of(BranchLink link, string secret) => link.IsEqual ? $"{link.Id}.{secret}.{Equal}" : $"{link.Id}.{secret}";
}
