using System.Collections.Concurrent;
using Branchline.Server.Fanout.Channels;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels.People;
using Branchline.Server.Gateway.Missed;
using Branchline.Server.Gateway.Realtime;
using Branchline.Server.Gateway.Sockets;

namespace Branchline.Server.Gateway.Channels;

/// <summary>The channels and the people of one app.</summary>
internal sealed class Hub(RealtimeApp app, Happenings happenings, Tails tails, MissedTotal missed, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Channel> _channels = new(StringComparer.Ordinal);
    private RealtimeApp _app = app;
    private bool _isRemoved;

    /// <summary>As it is set up at this moment.</summary>
    public RealtimeApp App
    {
        get => Volatile.Read(ref _app);
        set => Volatile.Write(ref _app, value);
    }

    /// <summary>The app is no longer there.</summary>
    public bool IsRemoved
    {
        get => Volatile.Read(ref _isRemoved);
        set => Volatile.Write(ref _isRemoved, value);
    }

    public Peers Peers { get; } = new();

    public Users Users { get; } = new();

    public Traffic Traffic { get; } = new();

    public Rates Rates { get; } = new();

    /// <summary>Who looks on.</summary>
    public Tails Tails => tails;

    /// <summary>What the node remembers of all channels.</summary>
    public MissedTotal Missed => missed;

    /// <summary>Of the business's own app: what its tables told.</summary>
    public FeedWindow? Feed { get; init; }

    public TimeProvider Time => time;

    /// <summary>Every channel that somebody is in, or that keeps something.</summary>
    public IEnumerable<Channel> Channels => _channels.Values;

    public Channel? Find(string name) => _channels.GetValueOrDefault(name);

    /// <summary>Greets nobody, but knows them from here on; who comes just as the app is closed goes again.</summary>
    public void Enter(Peer peer)
    {
        Peers.Add(peer);
        Interlocked.MemoryBarrier();
        if (FindClosing() is { } reason)
        {
            peer.Wire.Close(reason);
        }
    }

    /// <summary>Closes every connection of an app that was removed or disabled. Whoever enters after this sees it, and goes again.</summary>
    public void SendAwayIfClosed()
    {
        Interlocked.MemoryBarrier();
        if (FindClosing() is { } reason)
        {
            foreach (var peer in Peers.All)
            {
                peer.Wire.Close(reason);
            }
        }
    }

    /// <summary>Takes a subscriber into the channel, which is made when there is none.</summary>
    public (Joined Joined, Channel Channel) Join(ChannelName name, Joining joining)
    {
        while (true)
        {
            var channel = GetOrMake(name);
            var joined = channel.Join(joining);
            if (joined != Joined.Gone)
            {
                return (joined, channel);
            }
        }
    }

    /// <summary>Completes what a client who comes back to a channel knows with what the feed tells since, where the channel itself does not remember it.</summary>
    public async ValueTask<Resume> CompleteAsync(ChannelName name, Resumes resumes, Audience audience, CancellationToken cancellationToken)
    {
        var resume = resumes.For(name.Text);
        if (Feed is null || resume.Seq is null)
        {
            return resume;
        }

        long? feedTo;
        while (!GetOrMake(name).TryPrepare(resume, audience, out feedTo))
        {
        }

        var fed = feedTo is { } to ? await Feed.ReadAsync(new ResumingChannel(App, name, audience), resume, to, cancellationToken) : null;
        return fed is not null && resumes.TryTake(fed.Bytes, Feed.MostBytes) ? resume with { Fed = fed } : resume;
    }

    /// <summary>Says something on a channel. Nothing happens where nobody is and nothing is kept.</summary>
    public void Publish(ChannelName name, in Publication publication)
    {
        Note(name.Text, publication);
        var isOutside = Feed is not null && Feed.Feeds(name.Text) && !publication.IsReserved;
        if (isOutside)
        {
            Feed!.BeginOutside(name.Text);
        }

        var isKept = name.IsCache && !publication.IsFromClient;
        while ((isKept || isOutside ? GetOrMake(name) : Find(name.Text)) is { } channel)
        {
            if (channel.Publish(publication))
            {
                return;
            }
        }
    }

    /// <summary>Whether anybody asked to be told of what happens here.</summary>
    public bool IsReported => happenings.IsHeard(App.Id);

    /// <summary>Tells whoever asked for it what happened.</summary>
    public void Report(ChannelHappening happening)
    {
        happenings.Post(App.Id, happening);
        if (tails.IsOpen && TailLine.Of(App.Id, happening) is { } line)
        {
            tails.Post(line);
        }
    }

    /// <summary>Counts an event that came in, and shows it to whoever looks on.</summary>
    public void Note(string channel, in Publication publication)
    {
        Traffic.AddPublished();
        if (tails.IsOpen)
        {
            tails.Post(TailLine.Of(App.Id, channel, publication));
        }
    }

    /// <summary>The channel is empty and keeps nothing. Called by the channel, under its gate.</summary>
    public void Forget(Channel channel) => _channels.TryRemove(new KeyValuePair<string, Channel>(channel.Name.Text, channel));

    /// <summary>Says what had to wait, forgets what is out of date, and closes whom nobody knows; called every moment.</summary>
    public void Tidy()
    {
        Rates.Sample(Traffic, time);
        if (App.Limits.SignInTimeout is { Ticks: > 0 } within)
        {
            foreach (var peer in Peers.All)
            {
                peer.CloseUnlessAuthorized(within);
            }
        }

        foreach (var (_, channel) in _channels)
        {
            channel.Tidy();
        }
    }

    private CloseReason? FindClosing() => IsRemoved ? CloseCodes.UnknownApp : App.Enabled ? null : CloseCodes.AppDisabled;

    private Channel GetOrMake(ChannelName name) =>
        _channels.GetOrAdd(name.Text, static (_, made) => new Channel(made.name, made.hub), (name, hub: this));
}
