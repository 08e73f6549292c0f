using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Channels.People;
using Branchline.Server.Gateway.Missed;
using Branchline.Server.Gateway.Realtime;

namespace Branchline.Server.Gateway.Channels;

/// <summary>Who comes into a channel, and with what rights.</summary>
internal readonly record struct Seating(Peer Peer, Audience Audience, Member? Member, Resume? Resume);

/// <summary>
/// The channels of one connection. Written by its reading loop; emptied once, by whichever side ends the connection.
/// </summary>
internal sealed class Subscriptions
{
    private readonly Dictionary<string, Entry> _byName = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private bool _ended;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byName.Count;
            }
        }
    }

    public bool Contains(string channel)
    {
        lock (_gate)
        {
            return _byName.ContainsKey(channel);
        }
    }

    /// <summary>As whom the connection is in a presence channel.</summary>
    public Member? MemberIn(string channel)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault(channel)?.Joining.Member;
        }
    }

    /// <summary>Joins a channel not joined yet; does nothing once the connection has ended. Whoever joins is answered there.</summary>
    public Joined Join(Hub hub, ChannelName name, Seating seating, ReadOnlyMemory<byte>? greeting = null)
    {
        var joining = new Joining(new Seat(seating.Peer.Wire, seating.Audience))
        {
            Member = seating.Member,
            Resume = seating.Resume,
            Greeting = greeting,
        };
        lock (_gate)
        {
            if (_ended)
            {
                return Joined.Taken;
            }

            var (joined, channel) = hub.Join(name, joining);
            if (joined == Joined.Taken)
            {
                _byName[name.Text] = new Entry(channel, joining);
                hub.Tails.Show(TailKind.Subscribed, hub.App.Id, seating.Peer, name.Text);
            }

            return joined;
        }
    }

    /// <summary>Whoever asks twice is answered twice and counted once.</summary>
    public void AnswerAgain(ChannelName name, Peer peer)
    {
        lock (_gate)
        {
            peer.Wire.Say(PusherFrames.Subscribed(name.Text, _byName.GetValueOrDefault(name.Text)?.Channel.Roster() ?? "{}"));
        }
    }

    public void Leave(Hub hub, string channel, Peer peer)
    {
        lock (_gate)
        {
            if (_byName.Remove(channel, out var entry))
            {
                entry.Leave();
                hub.Tails.Show(TailKind.Unsubscribed, hub.App.Id, peer, channel);
            }
        }
    }

    public void End(Hub hub, Peer peer)
    {
        lock (_gate)
        {
            _ended = true;
            foreach (var (channel, entry) in _byName)
            {
                entry.Leave();
                hub.Tails.Show(TailKind.Unsubscribed, hub.App.Id, peer, channel);
            }

            _byName.Clear();
        }
    }

    private sealed record Entry(Channel Channel, Joining Joining)
    {
        public void Leave() => Channel.Leave(Joining);
    }
}
