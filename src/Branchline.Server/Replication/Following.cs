using System.Threading.Channels;

namespace Branchline.Server.Replication;

/// <summary>One master's loops for as long as the node follows it by this link: what pokes them, and what ends them.</summary>
internal sealed class Following(string link, TimeProvider time, CancellationToken stopping) : IDisposable
{
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(30);

    // One poke stands for all until it is taken.
    private readonly Channel<bool> _poked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private TaskCompletionSource _round = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _nextAt;

    /// <summary>A master that was left and joined again has another one.</summary>
    public string Link => link;

    /// <summary>The loops themselves.</summary>
    public Task Task { get; set; } = Task.CompletedTask;

    /// <summary>The node stops, or follows the master no longer.</summary>
    public CancellationToken Ending => _ending.Token;

    public bool IsReachable { get; set; }

    /// <summary>Written by its loop, read by whoever watches.</summary>
    public DateTimeOffset? NextAt
    {
        get => Interlocked.Read(ref _nextAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        set => Interlocked.Exchange(ref _nextAt, value?.UtcTicks ?? 0);
    }

    public void Poke() => _poked.Writer.TryWrite(true);

    /// <summary>Its loops end, and it is not to be used again.</summary>
    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await Task;
        Dispose();
    }

    public void Dispose() => _ending.Dispose();

    /// <summary>Until it is poked or the time is over; after a failure the pause is kept whatever happens here.</summary>
    public async Task WaitAsync(TimeSpan longest, bool isFine)
    {
        Interlocked.Exchange(ref _round, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        if (!isFine)
        {
            await Task.Delay(longest, time, Ending);
            return;
        }

        using var over = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, Ending);
        try
        {
            await _poked.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!Ending.IsCancellationRequested)
        {
            // The schedule.
        }
    }

    /// <summary>Until the round that was poked has run, or for as long as one may reasonably take.</summary>
    public async Task RoundAsync()
    {
        try
        {
            await Volatile.Read(ref _round).Task.WaitAsync(LongestRound, time, Ending);
        }
        catch (TimeoutException)
        {
            // Whoever listens asks for news again meanwhile.
        }
    }
}
