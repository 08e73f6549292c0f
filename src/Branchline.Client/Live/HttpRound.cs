using Branchline.Client.Outgoing;
using Branchline.Protocol;

namespace Branchline.Client.Live;

/// <summary>How a try to be in step ended.</summary>
internal enum RoundEnd
{
    Again,
    Lost,
    HttpOnly,
    SignInNeeded,
    Unreachable,
}

/// <summary>One round over HTTP: what waits is sent, then what is missing is read.</summary>
internal sealed class HttpRound(Outbox outbox, OutboxFlush flush, FeedReader reader, NodeClient node)
{
    private readonly PushRoad _road = new(
        IsRead: false, 1, (incarnation, entries, token) => node.PushAsync(PushBody.Of(incarnation, entries, null), token));

    /// <summary>With an end of <see cref="RoundEnd.SignInNeeded"/> comes the code that the node gave.</summary>
    public async Task<(RoundEnd End, string? Code)> RunAsync(CancellationToken cancellationToken)
    {
        var flushed = await flush.RunAsync(_road, cancellationToken).ConfigureAwait(false);
        if (flushed == FlushEnd.SignInNeeded)
        {
            return (RoundEnd.SignInNeeded, flush.Refusal!.Code);
        }

        var answer = await reader.CatchUpAsync(isUploaded: true, cancellationToken).ConfigureAwait(false);
        if (answer.Value is null)
        {
            return answer.Refusal is { IsAboutSignIn: true } refusal ? (RoundEnd.SignInNeeded, refusal.Code) : (RoundEnd.Unreachable, null);
        }

        if (reader.IsRestored)
        {
            await outbox.BecomeNewDeviceAsync(isRestored: true, cancellationToken).ConfigureAwait(false);
            return (RoundEnd.Again, null);
        }

        return flushed switch
        {
            FlushEnd.Retry => (RoundEnd.Unreachable, null),
            FlushEnd.NewDevice => (RoundEnd.Again, null),
            _ => (RoundEnd.HttpOnly, null),
        };
    }
}
