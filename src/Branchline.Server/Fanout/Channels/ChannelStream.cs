// One pending buffer for all subscribers of a channel: what is appended while the last is sent goes out joined (the second case of the fan-out benchmark).
using System.Buffers;

namespace Branchline.Server.Fanout.Channels;

/// <summary>
/// What is said on one channel, in order, and who hears it. Frames are appended to one buffer and carried to every seat by one thread
/// at a time: to a few by whoever said something, to many by a work item. A seat hears exactly what was appended after it was added.
/// </summary>
internal sealed class ChannelStream(Traffic traffic) : IThreadPoolWorkItem
{
    private const int FirstBuffer = 1024;
    private const int Few = 64;

    // All under the gate.
    private readonly List<Seat> _seats = [];
    private Seat[]? _snapshot = [];
    private byte[] _pending = [];
    private int _length;
    private List<PendingFrame> _frames = [];
    private long _start;
    private bool _isCarrying;
    private bool _isSelective;

    /// <summary>Whoever joins, leaves or says something holds it, and nothing is waited for under it.</summary>
    public Lock Gate { get; } = new();

    public int Count => _seats.Count;

    /// <summary>Whether everybody was handed everything that was appended. Under the gate: nothing is carried before it is left.</summary>
    public bool IsQuiet => !_isCarrying && _length == 0;

    /// <summary>The position behind all that was appended.</summary>
    private long End => _start + _length;

    /// <summary>Says something to everybody within reach. Under the gate; <see cref="Carry"/> follows when it is left.</summary>
    public void Append(ReadOnlySpan<byte> frame, Reach reach)
    {
        if (_seats.Count == 0)
        {
            return;
        }

        if (_length + frame.Length > _pending.Length)
        {
            Grow(_length + frame.Length);
        }

        frame.CopyTo(_pending.AsSpan(_length));
        _frames.Add(new PendingFrame(_length, frame.Length, reach));
        _length += frame.Length;
        _isSelective |= !reach.IsAll;
    }

    /// <summary>Sees to it that what was appended is carried; a few subscribers have it when this returns. Not under the gate.</summary>
    public void Carry()
    {
        bool isForFew;
        lock (Gate)
        {
            if (_isCarrying || _length == 0)
            {
                return;
            }

            _isCarrying = true;
            isForFew = _seats.Count <= Few;
        }

        // A hop to another thread costs as much as a few sends; what comes meanwhile is not this caller's to carry.
        if (!isForFew || CarryPending())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Under the gate.</summary>
    public void Add(Seat seat)
    {
        seat.From = End;
        seat.Index = _seats.Count;
        _seats.Add(seat);
        _snapshot = null;
    }

    /// <summary>Under the gate. What is being carried at this moment may still reach the seat.</summary>
    public void Remove(Seat seat)
    {
        if (seat.Index < 0)
        {
            return;
        }

        var last = _seats[^1];
        _seats[seat.Index] = last;
        last.Index = seat.Index;
        _seats.RemoveAt(_seats.Count - 1);
        seat.Index = -1;
        _snapshot = null;
    }

    /// <summary>Whether anybody who hears the scope is there. Under the gate.</summary>
    public bool IsHeard(string? scope) => scope is null ? _seats.Count > 0 : _seats.Exists(seat => seat.Audience.Hears(scope));

    void IThreadPoolWorkItem.Execute()
    {
        while (CarryPending())
        {
        }
    }

    /// <summary>False when nothing is left to carry, and nobody carries any longer.</summary>
    private bool CarryPending()
    {
        if (!TryTakePending(out var batch, out var seats))
        {
            return false;
        }

        traffic.AddDelivered(batch.Carry(seats));
        ArrayPool<byte>.Shared.Return(batch.Buffer);
        lock (Gate)
        {
            return _isCarrying = _length > 0;
        }
    }

    private bool TryTakePending(out ChannelBatch batch, out Seat[] seats)
    {
        lock (Gate)
        {
            if (_length == 0)
            {
                (batch, seats) = (default, []);
                return _isCarrying = false;
            }

            seats = _snapshot ??= [.. _seats];
            batch = new ChannelBatch(_pending, _length, _start, _frames.Count, _isSelective, _frames);
            _start += _length;
            (_pending, _length, _isSelective) = ([], 0, false);
            _frames = batch.IsSelective ? [] : Emptied(_frames);
            return true;
        }
    }

    private static List<PendingFrame> Emptied(List<PendingFrame> frames)
    {
        frames.Clear();
        return frames;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, Math.Max(needed, _pending.Length * 2)));
        _pending.AsSpan(0, _length).CopyTo(larger);
        if (_pending.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_pending);
        }

        _pending = larger;
    }
}

/// <summary>Where a frame stands in a pending buffer, and who hears it.</summary>
internal readonly record struct PendingFrame(int Offset, int Length, Reach Reach);
