using System.Threading.Channels;

namespace Branchline.Server.Fanout;

/// <summary>One connection's queue of frames. Its socket drains it; nobody else reads it.</summary>
internal sealed class Subscriber(int capacity)
{
    private readonly Channel<ReadOnlyMemory<byte>> _frames = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(capacity) { SingleReader = true });

    private readonly TaskCompletionSource _tooSlow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the queue overflowed: the socket is closed and the reader catches up from its cursor.</summary>
    public Task TooSlow => _tooSlow.Task;

    public ChannelReader<ReadOnlyMemory<byte>> Frames => _frames.Reader;

    /// <summary>Never waits: one slow till must not hold up the shop. A full queue marks the subscriber as too slow.</summary>
    public void Deliver(ReadOnlyMemory<byte> frame)
    {
        if (!_frames.Writer.TryWrite(frame) && !_frames.Reader.Completion.IsCompleted)
        {
            _tooSlow.TrySetResult();
        }
    }

    /// <summary>No frame is taken any more; what waits is still sent.</summary>
    public void Complete() => _frames.Writer.TryComplete();
}
