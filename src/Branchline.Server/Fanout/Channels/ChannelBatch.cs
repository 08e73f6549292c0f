// The loop over all subscribers of a channel (measured by the fan-out benchmark).
namespace Branchline.Server.Fanout.Channels;

/// <summary>Frames that are carried to a channel's seats in one go.</summary>
/// <param name="Buffer">The frames, one after another.</param>
/// <param name="Length">How many bytes of the buffer they take.</param>
/// <param name="Start">The position of the first byte in the stream.</param>
/// <param name="Count">How many they are.</param>
/// <param name="IsSelective">Whether some of them are not for everybody.</param>
/// <param name="Frames">Where each stands. The list is the stream's again unless the batch is selective, so it is looked at only then.</param>
internal readonly record struct ChannelBatch(byte[] Buffer, int Length, long Start, int Count, bool IsSelective, List<PendingFrame> Frames)
{
    /// <summary>How many frames were handed over, each seat's counted.</summary>
    public long Carry(Seat[] seats)
    {
        var all = Buffer.AsSpan(0, Length);
        if (IsSelective)
        {
            return CarrySelectively(seats);
        }

        foreach (var seat in seats)
        {
            // Whoever came in the middle came behind a whole frame.
            var missed = seat.From - Start;
            if (missed < Length && seat.IsTaken)
            {
                seat.Subscriber.Send(missed <= 0 ? all : all[(int)missed..]);
            }
        }

        return (long)Count * seats.Length;
    }

    private long CarrySelectively(Seat[] seats)
    {
        var handed = 0L;
        var joined = new Dictionary<Audience, (ReadOnlyMemory<byte> Bytes, int Count)>();
        var excepted = Frames.Where(frame => frame.Reach.Except is not null).Select(frame => frame.Reach.Except!).ToHashSet();
        foreach (var seat in seats)
        {
            (ReadOnlyMemory<byte> Bytes, int Count) mine;
            if (seat.From > Start || excepted.Contains(seat.Subscriber))
            {
                mine = Join(seat);
            }
            else if (!joined.TryGetValue(seat.Audience, out mine))
            {
                joined[seat.Audience] = mine = Join(seat);
            }

            if (mine.Count > 0 && seat.IsTaken)
            {
                seat.Subscriber.Send(mine.Bytes.Span);
                handed += mine.Count;
            }
        }

        return handed;
    }

    private (ReadOnlyMemory<byte> Bytes, int Count) Join(Seat seat)
    {
        var mine = new byte[Length];
        var (length, count) = (0, 0);
        foreach (var frame in Frames)
        {
            if (Start + frame.Offset >= seat.From && frame.Reach.Includes(seat))
            {
                Buffer.AsSpan(frame.Offset, frame.Length).CopyTo(mine.AsSpan(length));
                length += frame.Length;
                count++;
            }
        }

        return (mine.AsMemory(0, length), count);
    }
}
