namespace Branchline.Server.Mutations.Branches;

/// <summary>Whose word a change of another node is.</summary>
internal enum Word
{
    /// <summary>The master's: it is taken as it is.</summary>
    Last,

    /// <summary>Neither node has the last word.</summary>
    OfEqual,

    /// <summary>Given back by a branch to its master, which was put back to an older copy: as between equals, but what is written once was written here.</summary>
    GivenBack,

    /// <summary>Offered by a branch to its master, which did not ask: merged as between equals, and judged as somebody's write.</summary>
    Judged,
}
