using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Channels.People;
using Branchline.Server.Gateway.Channels.Rights;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// Binds one connection to a person: their events reach it from then on, and others see them online. <c>redeem</c> says what a signature of ours
/// is still worth.
/// </summary>
internal sealed class SignIn(Peer peer, Hub hub, Subscriptions channels, Func<string, ChannelVerdict> redeem)
{
    private readonly Lock _gate = new();
    private bool _isOver;

    /// <summary>Who is signed in; null before.</summary>
    public SignedInUser? User { get; private set; }

    public void Answer(ClientFrame frame)
    {
        if (SignedInUser.Parse(frame.UserData, hub.App.Limits.MaxWatchlist) is not { } user)
        {
            Refuse("user_data is a JSON object with an id, which is a string of at least one character");
        }
        else if (!hub.App.Verify(frame.Auth, $"{peer.SocketId}::user::{frame.UserData}"))
        {
            Refuse("The sign-in is unauthorized: the signature is missing or wrong");
        }
        else if (User is not null && User.Id != user.Id)
        {
            Refuse("This connection is signed in as somebody else");
        }
        else if (User is not null)
        {
            peer.Wire.Say(PusherFrames.SignedIn(user.Json));
        }
        else if (redeem(ChannelName.UserPrefix + user.Id) is ChannelVerdict.Refused refused)
        {
            Refuse($"The sign-in is unauthorized: {refused.Reason}");
        }
        else
        {
            Take(user);
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            if (User is not null)
            {
                hub.Users.SignOut(peer, User);
            }
        }
    }

    private void Take(SignedInUser user)
    {
        // Online before the client knows that it is signed in: whoever it tells of that finds it so.
        lock (_gate)
        {
            User = user;
            if (!_isOver)
            {
                hub.Users.Enter(peer, user);
            }
        }

        // Heard from that moment, whether or not it then asks for the channel.
        var own = new ChannelName(ChannelName.UserPrefix + user.Id, ChannelTraits.User, user.Id);
        channels.Join(hub, own, new Seating(peer, ChannelAccess.Everything.Audience, null, null), PusherFrames.SignedIn(user.Json));
        lock (_gate)
        {
            if (!_isOver)
            {
                hub.Users.Watch(peer, user);
            }
        }

        if (user.IsWatchlistCut)
        {
            peer.Wire.Say(PusherFrames.Error(
                CloseCodes.WatchlistTooLong, $"A watchlist names at most {hub.App.Limits.MaxWatchlist} people; the first of them are watched"));
        }
    }

    private void Refuse(string reason) => peer.Wire.Say(PusherFrames.Error(CloseCodes.NotAllowed, reason));
}
