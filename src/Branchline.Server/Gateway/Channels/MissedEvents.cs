using System.Security.Cryptography;
using Branchline.Server.Fanout.Channels;

namespace Branchline.Server.Gateway.Channels;

/// <summary>
/// What was said on one channel lately, for subscribers who come back. A position is (epoch, offset): the epoch names this memory, the offset
/// counts events. Kept only while somebody who can use it is there, or was within the window. Under the channel's gate.
/// </summary>
internal sealed class MissedEvents(MissedOptions options, TimeProvider time)
{
    private readonly Queue<MissedEvent> _events = new();
    private long _bytes;
    private long _forgottenForSome;     // the last event forgotten that was not for everybody

    public string Epoch { get; } = RandomNumberGenerator.GetHexString(12, lowercase: true);

    /// <summary>How many events there have been.</summary>
    public long Offset { get; private set; }

    public void Add(byte[] frame, in Publication publication)
    {
        _events.Enqueue(new MissedEvent(++Offset, frame, publication.Scope, publication.ExceptSocketId, time.GetTimestamp()));
        _bytes += frame.Length;
        Trim();
    }

    /// <summary>Where somebody stands who has heard everything so far. Whoever hears other rows has another epoch: counts would not agree.</summary>
    public Position PositionFor(Audience audience) => new(EpochFor(audience), Offset);

    /// <summary>
    /// What a subscriber missed, oldest first; null when some of it is forgotten, or the position is none of this memory's, or the
    /// subscriber counted more than there was.
    /// </summary>
    public IReadOnlyList<MissedEvent>? After(Resume resume, Audience audience)
    {
        Trim();
        var forgotten = Math.Max(0, Offset - _events.Count - resume.Offset);
        if (resume.Epoch != EpochFor(audience) || resume.Offset < 0 || resume.Offset > Offset || (forgotten > 0 && resume.Offset < _forgottenForSome))
        {
            return null;
        }

        // What was forgotten was for everybody: the first events that the subscriber counted were just these.
        var skipped = resume.Received - forgotten;
        var meant = _events.Where(missed => missed.Offset > resume.Offset && missed.IsFor(audience, resume.Sockets)).ToList();
        return skipped >= 0 && skipped <= meant.Count ? meant[(int)skipped..] : null;
    }

    private string EpochFor(Audience audience) => audience.Mark.Length == 0 ? Epoch : $"{Epoch}-{audience.Mark}";

    private void Trim()
    {
        while (_events.TryPeek(out var oldest)
            && (_events.Count > options.Most || _bytes > options.MostBytes || time.GetElapsedTime(oldest.At) > options.Window))
        {
            _bytes -= oldest.Frame.Length;
            _events.Dequeue();
            _forgottenForSome = oldest is { Scope: null, ExceptSocketId: null } ? _forgottenForSome : oldest.Offset;
        }
    }
}

/// <summary>One event that somebody may have missed.</summary>
/// <param name="Offset">Its number in the channel's memory.</param>
/// <param name="Frame">The whole frame.</param>
/// <param name="Scope">Of the row it tells of.</param>
/// <param name="ExceptSocketId">Who was not to hear it.</param>
/// <param name="At">When, by the clock that only runs forward.</param>
internal sealed record MissedEvent(long Offset, byte[] Frame, string? Scope, string? ExceptSocketId, long At)
{
    public bool IsFor(Audience audience, IReadOnlyCollection<string> sockets) =>
        audience.Hears(Scope) && !(ExceptSocketId is { } one && sockets.Contains(one));
}

/// <summary>Up to where a subscriber has heard a channel.</summary>
internal readonly record struct Position(string Epoch, long Offset);
