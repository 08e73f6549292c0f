namespace Branchline.Server.Store.Cases;

/// <summary>What people look after.</summary>
internal enum CaseKind
{
    /// <summary>A mutation that was rejected or parked.</summary>
    Tray,

    /// <summary>Two writes to one field, neither knowing the other.</summary>
    Conflict,

    /// <summary>A row that was accepted and needs attention.</summary>
    Flag,
}
