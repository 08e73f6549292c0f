using System.Security.Cryptography;
using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// What was said on one channel lately, for subscribers who come back. A position is (epoch, offset): the epoch names this memory, the offset
/// counts events. Kept only while somebody who can use it is there, or was within the window. Under the channel's gate.
/// </summary>
internal sealed class MissedEvents(MissedOptions options, TimeProvider time, MissedShare share, long fedFrom = 0)
{
    private readonly Queue<MissedEvent> _events = new();
    private long _bytes;
    private long _forgottenForSome;     // the last event forgotten that was not for everybody

    public string Epoch { get; } = RandomNumberGenerator.GetHexString(12, lowercase: true);

    /// <summary>How many events there have been.</summary>
    public long Offset { get; private set; }

    /// <summary>Every event of a later change than this is remembered here. At first the change up to which the channel had taken in what the feed tells.</summary>
    public long FedFrom { get; private set; } = fedFrom;

    /// <summary>Remembers a whole frame.</summary>
    public void Add(byte[] frame, in Publication publication)
    {
        var missed = new MissedEvent(++Offset, frame, publication, time.GetTimestamp());
        _events.Enqueue(missed);
        _bytes += frame.Length;
        share.Note(missed.Size);
        Trim();
    }

    /// <summary>Where somebody stands who has heard everything so far. Whoever hears other rows has another epoch: counts would not agree.</summary>
    public Position PositionFor(Audience audience) => new(audience.Marked(Epoch), Offset);

    /// <summary>
    /// What a subscriber missed, oldest first; null when some of it is forgotten, or the position is none of this memory's, or the
    /// subscriber counted more than there was.
    /// </summary>
    public IReadOnlyList<MissedEvent>? After(Resume resume, Audience audience)
    {
        Trim();
        var forgotten = Math.Max(0, Offset - _events.Count - resume.Offset);
        if (resume.Epoch != audience.Marked(Epoch) || resume.Offset < 0 || resume.Offset > Offset || (forgotten > 0 && resume.Offset < _forgottenForSome))
        {
            return null;
        }

        // What was forgotten was for everybody: the first events that the subscriber counted were just these.
        return MissedEvent.NotReceived(_events.Where(missed => missed.Offset > resume.Offset), resume, audience, resume.Received - forgotten);
    }

    /// <summary>The remembered events of changes later than one, oldest first.</summary>
    public IEnumerable<MissedEvent> OfChangesAfter(long seq) => _events.Where(missed => missed.Seq > seq);

    /// <summary>Forgets what is too old or too much.</summary>
    public void Trim()
    {
        var freed = 0L;
        while (_events.TryPeek(out var oldest)
            && (_events.Count > options.Most || _bytes > options.MostBytes || time.GetElapsedTime(oldest.At) > options.Window))
        {
            freed += ForgetOldest();
        }

        if (freed > 0)
        {
            share.Note(-freed);
        }
    }

    /// <summary>Forgets every event, and knows of each that it was there.</summary>
    public void Forget()
    {
        var freed = 0L;
        while (_events.Count > 0)
        {
            freed += ForgetOldest();
        }

        share.Note(-freed);
    }

    private int ForgetOldest()
    {
        var oldest = _events.Dequeue();
        _bytes -= oldest.Frame.Length;
        FedFrom = Math.Max(FedFrom, oldest.Seq);
        _forgottenForSome = oldest is { Scope: null, ExceptSocketId: null } ? _forgottenForSome : oldest.Offset;
        return oldest.Size;
    }
}

/// <summary>Up to where a subscriber has heard a channel.</summary>
/// <param name="Epoch">Of the channel's memory.</param>
/// <param name="Offset">How many events there had been.</param>
/// <param name="Seq">Where that is in the feed, on a channel fed from tables.</param>
internal readonly record struct Position(string Epoch, long Offset, string? Seq = null);
