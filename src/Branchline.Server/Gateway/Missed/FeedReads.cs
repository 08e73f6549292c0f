namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// What was read last from the feed for one channel, and what is being read: many who come back at once come from few places, so one reads and the
/// others wait for it, and whoever was away shorter takes the end of it.
/// </summary>
internal sealed class FeedReads
{
    private readonly MissedShare _share;
    private readonly Lock _gate = new();

    // Under the gate.
    private Reading? _last;
    private (long After, long To)? _untold;     // what cannot be told, and so nothing that holds it

    public FeedReads(MissedTotal total) => _share = total.Open(Forget, isFromFeed: true);

    /// <summary>At least the events of a stretch; null when they cannot be told.</summary>
    public async Task<FedEvents?> ReadAsync(long after, long to, Func<Task<FedEvents?>> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            Reading reading;
            lock (_gate)
            {
                if (after <= _untold?.After && to >= _untold?.To)
                {
                    return null;
                }

                if (_last is { } last && after >= last.After && to <= last.To)
                {
                    reading = last;
                }
                else
                {
                    // It may be over before this line is, and forgotten again when it brought nothing.
                    Empty();
                    _last = reading = new Reading(after, to);
                    reading.Done = FinishAsync(reading, Task.Run(read, CancellationToken.None));
                }

                _share.Note(0);
            }

            // What is too much for whoever was away longest may be little enough for the others: they look again.
            var fed = await reading.Done.WaitAsync(cancellationToken);
            if (fed is not null || (reading.After, reading.To) == (after, to))
            {
                return fed;
            }
        }
    }

    private async Task<FedEvents?> FinishAsync(Reading reading, Task<FedEvents?> read)
    {
        FedEvents? fed = null;
        try
        {
            return fed = await read;
        }
        finally
        {
            lock (_gate)
            {
                _untold = fed is null && read.IsCompletedSuccessfully ? (reading.After, reading.To) : _untold;
                if (_last == reading)
                {
                    _share.Note(fed?.Events.Sum(one => (long)one.Size) ?? 0);
                    _last = fed is null ? null : reading;
                }
            }
        }
    }

    private void Forget()
    {
        lock (_gate)
        {
            Empty();
        }
    }

    private void Empty()
    {
        _share.Note(-_share.Bytes);
        _last = null;
    }

    /// <summary>A stretch of the feed that is being read, or was.</summary>
    private sealed class Reading(long after, long to)
    {
        public long After => after;

        public long To => to;

        public Task<FedEvents?> Done { get; set; } = null!;
    }
}
