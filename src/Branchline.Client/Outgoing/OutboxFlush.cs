using Branchline.Client.Live;
using Branchline.Protocol;

namespace Branchline.Client.Outgoing;

/// <summary>How a push reaches the node.</summary>
/// <param name="IsRead">What it changes has been read when the answer comes.</param>
/// <param name="Window">How many pushes may be under way at once.</param>
/// <param name="PushAsync">Sends, and answers with what came back.</param>
internal sealed record PushRoad(
    bool IsRead, int Window, Func<string?, IReadOnlyList<OutboxEntry>, CancellationToken, Task<Answer<PushReply>>> PushAsync);

/// <summary>How a flush ended.</summary>
internal enum FlushEnd
{
    /// <summary>Nothing waits.</summary>
    Empty,

    /// <summary>Something waits; again after a pause.</summary>
    Retry,

    /// <summary>The node wants a sign-in first.</summary>
    SignInNeeded,

    /// <summary>What waits was renumbered: the node must be greeted again under the new id.</summary>
    NewDevice,
}

/// <summary>
/// Sends the outbox, oldest first, in batches. Only an answer takes a mutation off. Several batches may be under way; while any is, all
/// bring the incarnation that the first of them brought, which stays good for as long as that is so.
/// </summary>
internal sealed class OutboxFlush(Outbox outbox, Clock clock, TimeProvider time)
{
    private const int LargestBatch = 500;
    private const int LargestBody = 2 * 1024 * 1024;
    private static readonly TimeSpan PauseAfterPart = TimeSpan.FromMilliseconds(500);

    private readonly Queue<Flight> _flights = new();
    private int _size = LargestBatch;

    /// <summary>Why the node wants a sign-in; set with that end.</summary>
    public Refusal? Refusal { get; private set; }

    public async Task<FlushEnd> RunAsync(PushRoad road, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Launch(road, cancellationToken);
                if (!_flights.TryDequeue(out var first))
                {
                    return FlushEnd.Empty;
                }

                var answer = await first.Answer.ConfigureAwait(false);
                var isWhole = await TakeAsync(first, answer, road, cancellationToken).ConfigureAwait(false);
                if (answer.Value is { } reply && outbox.IsFromBefore(reply.Epoch))
                {
                    await DrainAsync(road, cancellationToken).ConfigureAwait(false);
                    await outbox.BecomeNewDeviceAsync(isRestored: true, cancellationToken).ConfigureAwait(false);
                    return FlushEnd.NewDevice;
                }

                if (!isWhole && await TroubleAsync(first, answer, road, cancellationToken).ConfigureAwait(false) is { } end)
                {
                    return end;
                }
            }
        }
        finally
        {
            // Left when something was thrown: what they answer is asked for again.
            _flights.Clear();
        }
    }

    /// <summary>After the socket was closed over a frame that was too large.</summary>
    public void SendLess() => _size = Math.Max(1, _size / 2);

    private void Launch(PushRoad road, CancellationToken cancellationToken)
    {
        var last = _flights.LastOrDefault();
        while (_flights.Count < road.Window)
        {
            var batch = Within(outbox.NextBatch(last?.Batch.Entries[^1].Place ?? 0, _size));
            if (batch.Entries.Count == 0 || (last is not null && last.Batch.Device.Life != batch.Device.Life))
            {
                return;
            }

            var incarnation = last is null ? batch.Device.Incarnation : last.Incarnation;
            last = new Flight(batch, incarnation, clock.Raw, road.PushAsync(incarnation, batch.Entries, cancellationToken));
            _flights.Enqueue(last);
        }
    }

    private static Batch Within(Batch batch)
    {
        var (count, bytes) = (0, 0);
        while (count < batch.Entries.Count && (count == 0 || bytes + batch.Entries[count].Body.Length <= LargestBody))
        {
            bytes += batch.Entries[count++].Body.Length;
        }

        return count == batch.Entries.Count ? batch : batch with { Entries = [.. batch.Entries.Take(count)] };
    }

    /// <summary>Settles what was answered; true when that is the whole batch.</summary>
    private async Task<bool> TakeAsync(Flight flight, Answer<PushReply> answer, PushRoad road, CancellationToken cancellationToken)
    {
        if (answer.Value is not { } reply)
        {
            return false;
        }

        clock.Correct(reply.Time, flight.SentAt);
        var incarnation = _flights.Count == 0 ? reply.Incarnation : null;
        await outbox.SettleAsync(flight.Batch, reply, road.IsRead, incarnation, cancellationToken).ConfigureAwait(false);
        if (reply.Outcomes.Count < flight.Batch.Entries.Count)
        {
            return false;
        }

        _size = Math.Min(LargestBatch, _size * 2);
        return true;
    }

    /// <summary>
    /// The first batch that went wrong says what is the matter; those behind it only followed. Null to go on.
    /// </summary>
    private async Task<FlushEnd?> TroubleAsync(Flight first, Answer<PushReply> answer, PushRoad road, CancellationToken cancellationToken)
    {
        await DrainAsync(road, cancellationToken).ConfigureAwait(false);
        if (answer.IsUnreachable)
        {
            return FlushEnd.Retry;
        }

        if (answer.Refusal is { } refusal)
        {
            return await RefusedAsync(first.Batch, refusal, cancellationToken).ConfigureAwait(false);
        }

        if (answer.Value!.Outcomes.Count == 0)
        {
            return FlushEnd.Retry;
        }

        await Task.Delay(PauseAfterPart, time, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task DrainAsync(PushRoad road, CancellationToken cancellationToken)
    {
        while (_flights.TryDequeue(out var flight))
        {
            await TakeAsync(flight, await flight.Answer.ConfigureAwait(false), road, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<FlushEnd?> RefusedAsync(Batch batch, Refusal refusal, CancellationToken cancellationToken)
    {
        if (refusal.IsAboutSignIn)
        {
            Refusal = refusal;
            return FlushEnd.SignInNeeded;
        }

        if (refusal.Code is ErrorCodes.NumberGap or ErrorCodes.DeviceCloned)
        {
            // A gap below what the node has answered for: it is an older copy and has lost some of that.
            var isLost = refusal.Expected is { } expected && expected <= outbox.LastAnswered;
            await outbox.BecomeNewDeviceAsync(isLost, cancellationToken).ConfigureAwait(false);
            return FlushEnd.NewDevice;
        }

        if (refusal.IsTransient || refusal.Status is not (400 or 413 or 422))
        {
            return FlushEnd.Retry;
        }

        // Something in this batch cannot be read: halve it until it is found, and put that aside.
        if (batch.Entries.Count > 1)
        {
            _size = Math.Max(1, batch.Entries.Count / 2);
            return null;
        }

        await outbox.ParkAsync(batch.Entries[0], refusal.Code, refusal.Message, cancellationToken).ConfigureAwait(false);
        await outbox.BecomeNewDeviceAsync(isRestored: false, cancellationToken).ConfigureAwait(false);
        return FlushEnd.NewDevice;
    }

    private sealed record Flight(Batch Batch, string? Incarnation, DateTimeOffset SentAt, Task<Answer<PushReply>> Answer);
}
