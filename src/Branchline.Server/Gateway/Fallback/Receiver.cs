namespace Branchline.Server.Gateway.Fallback;

/// <summary>The request that receives for a session. Used under the session's gate, but for waiting.</summary>
internal sealed class Receiver(Action abort)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when another request receives.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>Completes when there may be something to take.</summary>
    public Task News { get; private set; } = Task.CompletedTask;

    public void Listen()
    {
        if (_news.Task.IsCompleted)
        {
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        News = _news.Task;
    }

    public void Wake() => _news.TrySetResult();

    public void Replace()
    {
        _replaced.TrySetResult();
        Wake();
    }

    /// <summary>Cuts the request off.</summary>
    public void Abort() => abort();
}
