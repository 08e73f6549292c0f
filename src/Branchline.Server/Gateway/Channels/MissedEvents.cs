using System.Globalization;
using System.Security.Cryptography;

namespace Branchline.Server.Gateway.Channels;

/// <summary>
/// What was said on one channel lately, for subscribers who come back. A position is (epoch, offset): the epoch names this memory, the offset
/// counts events. Kept only while somebody who can use it is there, or was within the window. Under the channel's gate.
/// </summary>
internal sealed class MissedEvents(MissedOptions options, TimeProvider time)
{
    private readonly Queue<MissedEvent> _events = new();
    private long _bytes;

    public string Epoch { get; } = RandomNumberGenerator.GetHexString(12, lowercase: true);

    /// <summary>How many events there have been.</summary>
    public long Offset { get; private set; }

    public void Add(byte[] frame, in Publication publication)
    {
        _events.Enqueue(new MissedEvent(++Offset, frame, publication.Scope, publication.ExceptSocketId, time.GetTimestamp()));
        _bytes += frame.Length;
        Trim();
    }

    /// <summary>What came after the position, oldest first; null when some of it is forgotten, or the position is none of this memory's.</summary>
    public IReadOnlyList<MissedEvent>? After(string? epoch, long offset)
    {
        Trim();
        return epoch == Epoch && offset >= Offset - _events.Count && offset <= Offset
            ? [.. _events.Where(missed => missed.Offset > offset)]
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Offset}");

    private void Trim()
    {
        while (_events.TryPeek(out var oldest)
            && (_events.Count > options.Most || _bytes > options.MostBytes || time.GetElapsedTime(oldest.At) > options.Window))
        {
            _bytes -= oldest.Frame.Length;
            _events.Dequeue();
        }
    }
}

/// <summary>One event that somebody may have missed.</summary>
/// <param name="Offset">Its number in the channel's memory.</param>
/// <param name="Frame">The whole frame.</param>
/// <param name="Scope">Of the row it tells of.</param>
/// <param name="ExceptSocketId">Who was not to hear it.</param>
/// <param name="At">When, by the clock that only runs forward.</param>
internal sealed record MissedEvent(long Offset, byte[] Frame, string? Scope, string? ExceptSocketId, long At);
