using System.Runtime.CompilerServices;

namespace Branchline.Client.Live;

/// <summary>A value that changes, and who waits for it to.</summary>
internal sealed class StateKeeper<T>(T first)
    where T : class
{
    private readonly Lock _gate = new();
    private T _current = first;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOver;

    public T Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Tells who waits; the same value again is no news.</summary>
    public void Set(T value)
    {
        lock (_gate)
        {
            if (_current == value || _current.Equals(value))
            {
                return;
            }

            _current = value;
            Wake();
        }
    }

    /// <summary>Nothing changes any more.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isOver = true;
            Wake();
        }
    }

    /// <summary>The value as it is, and as it becomes; values between may be passed over. Ends when the client is disposed of.</summary>
    public async IAsyncEnumerable<T> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        T? told = null;
        while (true)
        {
            var (value, changed, isOver) = Look();
            if (told is null || !told.Equals(value))
            {
                told = value;
                yield return value;
            }

            if (isOver)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private (T Value, Task Changed, bool IsOver) Look()
    {
        lock (_gate)
        {
            return (_current, _changed.Task, _isOver);
        }
    }

    private void Wake()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
