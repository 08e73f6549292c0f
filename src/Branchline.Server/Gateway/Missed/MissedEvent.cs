using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Missed;

/// <summary>One event that somebody may have missed.</summary>
/// <param name="Offset">Its number in the channel's memory; 0 when it was read from the feed.</param>
/// <param name="Frame">The whole frame.</param>
/// <param name="Scope">Of the row it tells of.</param>
/// <param name="ExceptSocketId">Who was not to hear it.</param>
/// <param name="Seq">Of the change it tells of; 0 when it tells of none.</param>
/// <param name="At">When it was said, by the clock that only runs forward.</param>
internal sealed record MissedEvent(long Offset, byte[] Frame, string? Scope, string? ExceptSocketId, long Seq, long At)
{
    public MissedEvent(long offset, byte[] frame, in Publication publication, long at)
        : this(offset, frame, publication.Scope, publication.ExceptSocketId, publication.Seq, at)
    {
    }

    private const int BesidesFrame = 128;

    /// <summary>What it takes in memory, about.</summary>
    public int Size => Frame.Length + BesidesFrame;

    /// <summary>Of events in order those meant for a subscriber, without the first so many, which it received; null when there were not so many.</summary>
    public static IReadOnlyList<MissedEvent>? NotReceived(IEnumerable<MissedEvent> events, Resume resume, Audience audience, long received)
    {
        var sockets = resume.AllSockets();
        var meant = events.Where(missed => missed.IsFor(audience, sockets)).ToList();
        return received >= 0 && received <= meant.Count ? meant[(int)received..] : null;
    }

    private bool IsFor(Audience audience, HashSet<string> sockets) =>
        audience.Hears(Scope) && !(ExceptSocketId is { } one && sockets.Contains(one));
}
