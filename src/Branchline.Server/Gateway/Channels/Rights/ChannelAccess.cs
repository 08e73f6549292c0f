using Branchline.Server.Access;
using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Sockets;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Channels.Rights;

/// <summary>Whether somebody may hear a channel. These two are all there is.</summary>
internal abstract record ChannelVerdict
{
    private ChannelVerdict()
    {
    }

    /// <summary>They hear what comes from rows of these scopes.</summary>
    public sealed record Granted(Audience Audience) : ChannelVerdict;

    /// <summary>They hear nothing. The status is HTTP's.</summary>
    public sealed record Refused(int Status, string Reason) : ChannelVerdict;
}

/// <summary>Decides who hears which channel, and rows of which scopes on it.</summary>
internal sealed class ChannelAccess(TableReaders readers, IOptions<SocketOptions> options)
{
    private const string UserChannel = "user.";
    private const string LaravelUserChannel = "App.Models.User.";
    private const string BranchChannel = "branch.";
    private const string EverybodyChannel = "everyone";

    /// <summary>For whoever proved that a holder of the app's secret let them in, and for channels opened to anybody.</summary>
    public static ChannelVerdict.Granted Everything { get; } = new(Audience.Everything);

    private readonly OpenNames _open = new(options.Value.PublicChannels);

    /// <summary>A public channel: who is signed in hears what they may see, nobody else hears rows unless the operator opened the channel.</summary>
    public ChannelVerdict ForPublic(string channel, Identity? identity)
    {
        if (!readers.CarriesRows(channel))
        {
            return Everything;
        }

        if (identity is not null)
        {
            return ForReader(channel, identity);
        }

        return _open.Contains(channel)
            ? Everything
            : new ChannelVerdict.Refused(
                401,
                $"Sign in to hear '{channel}': connect with a session or ?token=, or let the operator open the channel to anybody"
                + $" with {SocketOptions.Section}:{nameof(SocketOptions.PublicChannels)}");
    }

    /// <summary>A channel that needs a signature, named without its prefix, for a signed-in person who asks this node for it.</summary>
    public ChannelVerdict ForPrivate(ChannelName channel, Identity identity)
    {
        var subject = channel.Subject;
        if (readers.CarriesRows(subject))
        {
            return ForReader(subject, identity);
        }

        return IsOwn(subject, identity) || (channel.IsPresence && IsEverybodys(subject))
            ? new ChannelVerdict.Granted(Audience.Of(identity.Scopes))
            : new ChannelVerdict.Refused(403, $"'{identity.Email}' may not hear this channel");
    }

    private ChannelVerdict ForReader(string channel, Identity identity) =>
        readers.MayHear(channel, identity)
            ? new ChannelVerdict.Granted(Audience.Of(readers.ScopesFor(channel, identity)))
            : new ChannelVerdict.Refused(403, $"The role '{identity.Role}' may not read what is sent on '{channel}'");

    private static bool IsOwn(string subject, Identity identity) =>
        subject == UserChannel + identity.UserId
        || subject == LaravelUserChannel + identity.UserId
        || (subject.StartsWith(BranchChannel, StringComparison.Ordinal)
            && identity.Scopes.Contains("branch:" + BranchOf(subject)));

    /// <summary><c>everyone</c>, and <c>everyone.row.products.ID</c> for rows of no branch.</summary>
    private static bool IsEverybodys(string subject) =>
        subject == EverybodyChannel || subject.StartsWith(EverybodyChannel + ".", StringComparison.Ordinal);

    /// <summary><c>branch.ID</c>, and whatever somebody names behind it: <c>branch.ID.row.orders.ID</c> is for the same people.</summary>
    private static string BranchOf(string subject) => subject[BranchChannel.Length..].Split('.')[0];
}
