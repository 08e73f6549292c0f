namespace Branchline.Server.Gateway;

/// <summary>One connection that waits for news or for the next heartbeat. Woken from any thread; waits in one place.</summary>
internal sealed class Waker
{
    private readonly Lock _gate = new();

    // Under the gate.
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasNews;

    public void Wake(bool hasNews)
    {
        lock (_gate)
        {
            _hasNews |= hasNews;
            _woken.TrySetResult();
        }
    }

    /// <summary>True for news, false for a heartbeat.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await _woken.Task.WaitAsync(cancellationToken);
        lock (_gate)
        {
            _woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var hadNews = _hasNews;
            _hasNews = false;
            return hadNews;
        }
    }
}
