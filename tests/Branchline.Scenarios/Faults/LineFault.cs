namespace Branchline.Scenarios.Faults;

/// <summary>What can be the matter with a line.</summary>
internal enum LineFault
{
    None,

    /// <summary>Everything comes late.</summary>
    Delays,

    /// <summary>At some byte the connection is reset.</summary>
    Cuts,

    /// <summary>From some byte on one direction says nothing any more, and nobody is told.</summary>
    HalfOpens,

    /// <summary>At some byte the connection is closed, as if that were the end of what was to be said.</summary>
    Truncates,
}
