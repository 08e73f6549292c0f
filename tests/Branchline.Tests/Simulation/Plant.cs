namespace Branchline.Tests.Simulation;

/// <summary>A mistake that others made, put into the device or the line of a run to show that the checks find it.</summary>
internal enum Plant
{
    None,

    /// <summary>Changes are read by their time, not by their number: one that was written earlier and committed later is never seen.</summary>
    WallClockCursor,

    /// <summary>A reader goes past a number that is not there yet.</summary>
    GapPassed,

    /// <summary>Who gets no answer sends the same again as something new.</summary>
    LostReplyReapplied,

    /// <summary>What is refused stays at the head of the queue.</summary>
    QueueBlocked,

    /// <summary>A deletion does not reach whoever had changed the row.</summary>
    DeleteResurrected,

    /// <summary>A row that leaves a scope stays with its readers.</summary>
    LeaveForgotten,

    /// <summary>A count counts from when it arrived, not from when it was taken.</summary>
    CountByArrival,

    /// <summary>A copied device goes on under the same id, and its numbers are taken for known ones.</summary>
    CloneNotNoticed,

    /// <summary>The answer leaves before the disk has the write.</summary>
    AnswerBeforeCommit,

    /// <summary>A write is hidden between its answer and its way back.</summary>
    OwnWriteHidden,

    /// <summary>A restored node is taken for the one it was.</summary>
    RestoreNotNoticed,
}
