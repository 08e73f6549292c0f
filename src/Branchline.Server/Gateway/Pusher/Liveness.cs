namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// Asks a silent client whether it is there, and closes the connection when it is not. Any message counts as an answer.
/// The client asks first after its own time-out; so we wait twice as long.
/// </summary>
internal sealed class Liveness : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly FrameSocket _socket;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _pongTimeout;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long? _askedAt;   // written and read by the timer only, which runs once at a time

    public Liveness(FrameSocket socket, SocketOptions options, TimeProvider time)
    {
        _socket = socket;
        _patience = options.ActivityTimeout * 2;
        _pongTimeout = options.PongTimeout;
        _time = time;
        _timer = time.CreateTimer(static state => ((Liveness)state!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Wait(_patience);
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        var silence = _socket.Silence;
        if (_askedAt is { } asked && silence >= _time.GetElapsedTime(asked))
        {
            _socket.Close(CloseCodes.NoPong);
        }
        else if (silence < _patience)
        {
            _askedAt = null;
            Wait(_patience - silence);
        }
        else
        {
            _askedAt = _time.GetTimestamp();
            _socket.Send(PusherFrames.Ping);
            Wait(_pongTimeout);
        }
    }

    private void Wait(TimeSpan due) => _timer.Change(due > Shortest ? due : Shortest, Timeout.InfiniteTimeSpan);
}
