using Branchline.Client.Outgoing;
using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Client.Live;

/// <summary>How a socket's life ended. <paramref name="IsRenewed"/>: connect again at once. <paramref name="SignInCode"/>: not before a sign-in.</summary>
internal readonly record struct SessionEnd(bool IsGreeted, bool IsRenewed, string? SignInCode);

/// <summary>What is said on one socket as one device, from the welcome to the end.</summary>
internal sealed class LiveSession(LiveSocket socket, DeviceRecord device, FeedReader reader, (Outbox Outbox, Clock Clock) local)
{
    private readonly Outbox _outbox = local.Outbox;
    private readonly Clock _clock = local.Clock;
    private bool _isGreeted;

    /// <summary><paramref name="greeted"/>: the node knows this device. <paramref name="inStep"/>: what was missed has been read.</summary>
    public async Task<SessionEnd> RunAsync(Action greeted, Action inStep, CancellationToken cancellationToken)
    {
        while (await socket.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            var end = frame switch
            {
                LiveFrame.Welcome({ } welcome) => await WelcomeAsync(welcome, greeted, inStep, cancellationToken).ConfigureAwait(false),
                LiveFrame.Page({ } page) => Over(await reader.TakeLiveAsync(page, cancellationToken).ConfigureAwait(false)),
                LiveFrame.Pong({ } pong) => Take(pong),
                LiveFrame.Word({ } word) => await HearAsync(word, cancellationToken).ConfigureAwait(false),
                LiveFrame.Error({ } error) => await ErrorAsync(error, cancellationToken).ConfigureAwait(false),
                _ => null,
            };

            // Who waits for this frame is told when it has been worked on.
            socket.Hand(frame);
            end ??= reader.IsExpired ? new SessionEnd(true, true, null) : null;
            if (end is { } over)
            {
                return over with { IsGreeted = _isGreeted };
            }
        }

        return new SessionEnd(_isGreeted, false, null);
    }

    private async Task<SessionEnd?> WelcomeAsync(LiveWelcome welcome, Action greeted, Action inStep, CancellationToken cancellationToken)
    {
        _clock.Correct(welcome.Time, _clock.Raw);
        await _outbox.HearAsync(welcome.LastWord, device.Life, cancellationToken).ConfigureAwait(false);
        if (welcome.LastN < _outbox.LastAnswered || _outbox.IsFromBefore(welcome.Epoch))
        {
            await _outbox.BecomeNewDeviceAsync(isRestored: true, cancellationToken).ConfigureAwait(false);
            return new SessionEnd(true, true, null);
        }

        _isGreeted = true;
        greeted();
        var answer = await reader.WelcomeAsync(new Standing(welcome.Scopes, welcome.Schema, device.Life, welcome.LastN), cancellationToken).ConfigureAwait(false);
        if (Over(answer) is { } over)
        {
            return over;
        }

        inStep();
        return null;
    }

    private async Task<SessionEnd?> HearAsync(LastWord word, CancellationToken cancellationToken)
    {
        await _outbox.HearAsync(word, device.Life, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private SessionEnd? Take(LivePong pong)
    {
        _clock.Correct(pong.Time, _clock.Raw);
        return null;
    }

    private async Task<SessionEnd?> ErrorAsync(LiveError error, CancellationToken cancellationToken)
    {
        if (error.Code is ErrorCodes.TokenInvalid or ErrorCodes.NotSignedIn)
        {
            return new SessionEnd(true, false, error.Code);
        }

        if (error.Code != ErrorCodes.CursorInvalid)
        {
            return null;
        }

        var caughtUp = await reader.CatchUpAsync(isUploaded: false, cancellationToken).ConfigureAwait(false);
        return Over(caughtUp) ?? new SessionEnd(true, true, null);
    }

    private static SessionEnd? Over(Answer<object> answer)
    {
        if (answer.Value is not null)
        {
            return null;
        }

        return new SessionEnd(true, false, answer.Refusal is { IsAboutSignIn: true } refusal ? refusal.Code : null);
    }
}
