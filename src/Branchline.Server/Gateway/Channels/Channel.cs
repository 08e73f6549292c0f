using Branchline.Server.Fanout;
using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Channels.People;
using Branchline.Server.Gateway.Missed;

namespace Branchline.Server.Gateway.Channels;

/// <summary>
/// One channel of one app: who hears it, who is in it, its last event, what was missed. Everything under the stream's gate, so that whoever joins
/// hears exactly what comes after what the answer told.
/// </summary>
internal sealed class Channel
{
    private const string NoRoster = "{}";
    private const int ManySubscribers = 100;
    private static readonly TimeSpan CountPause = TimeSpan.FromSeconds(5);

    private readonly ChannelName _name;
    private readonly Hub _hub;
    private readonly ChannelStream _stream;
    private readonly ChannelMemory _memory;
    private readonly Members? _members;
    private LastEvent? _last;
    private bool _isGone;
    private bool _countIsDue;
    private long _countSaidAt;

    public Channel(ChannelName name, Hub hub)
    {
        (_name, _hub) = (name, hub);
        _stream = new ChannelStream(hub.Traffic);
        _memory = new ChannelMemory(name, hub, ForgetMissed);
        _members = name.IsPresence ? new Members() : null;
    }

    public ChannelName Name => _name;

    public int Count
    {
        get
        {
            lock (_stream.Gate)
            {
                return _stream.Count;
            }
        }
    }

    /// <summary>Who is there, as presence channels tell it; nothing of other channels.</summary>
    public string Roster()
    {
        lock (_stream.Gate)
        {
            return _members?.Roster() ?? NoRoster;
        }
    }

    /// <summary>Takes a subscriber in and answers them. <see cref="Joined.Gone"/>: the channel was just forgotten; ask the hub for it again.</summary>
    public Joined Join(Joining joining)
    {
        var joined = Take(joining);
        _stream.Carry();
        return joined;
    }

    public void Leave(Joining joining)
    {
        Release(joining);
        _stream.Carry();
    }

    /// <summary>Says something to everybody within reach; it is on its way when this returns. False: the channel was just forgotten.</summary>
    public bool Publish(in Publication publication)
    {
        var isTaken = Append(publication);
        _stream.Carry();
        _hub.Missed.Keep();
        return isTaken;
    }

    /// <summary>Says what one change tells here, in one piece: nobody joins between.</summary>
    public void Publish(IReadOnlyList<Publication> change)
    {
        AppendChange(change);
        _stream.Carry();
        _hub.Missed.Keep();
    }

    /// <summary>
    /// For somebody who is about to come back: up to which change the feed has to be read. Null when that is of no use; false: the channel
    /// was just forgotten.
    /// </summary>
    public bool TryPrepare(Resume resume, Audience audience, out long? feedTo)
    {
        lock (_stream.Gate)
        {
            feedTo = _isGone ? null : _memory.FeedNeededTo(resume, audience);
            return !_isGone;
        }
    }

    private Joined Take(Joining joining)
    {
        lock (_stream.Gate)
        {
            if (_isGone)
            {
                return Joined.Gone;
            }

            if (IsFullFor(joining.Member))
            {
                return Joined.Full;
            }

            Enter(joining);
            Answer(joining);
            _stream.Add(joining.Seat);
            if (_stream.Count == 1)
            {
                _hub.Report(new ChannelHappening.Occupied(_name.Text));
            }

            CountChanged();
            return Joined.Taken;
        }
    }

    private void Release(Joining joining)
    {
        lock (_stream.Gate)
        {
            if (joining.Seat.Index < 0)
            {
                return;
            }

            _stream.Remove(joining.Seat);
            _memory.Leave(joining);
            if (joining.Member is { } member && _members!.TryRemoveLast(member.Id, out var gone))
            {
                _stream.Append(TextFrame.Encode(PusherFrames.MemberRemoved(_name.Text, gone.IdJson).Span), Reach.All);
                _hub.Report(new ChannelHappening.MemberRemoved(_name.Text, gone.Id));
            }

            if (_stream.Count == 0)
            {
                _hub.Report(new ChannelHappening.Vacated(_name.Text));
            }

            CountChanged();
            ForgetIfIdle();
        }
    }

    private bool Append(in Publication publication)
    {
        lock (_stream.Gate)
        {
            if (!_isGone)
            {
                Say(publication);
            }

            return !_isGone;
        }
    }

    private void AppendChange(IReadOnlyList<Publication> change)
    {
        lock (_stream.Gate)
        {
            var seq = change[0].Seq;
            if (_isGone || _memory.IsPast(seq))
            {
                return;
            }

            foreach (var publication in change)
            {
                Say(publication);
            }

            _memory.Pass(seq);
        }
    }

    private void Say(in Publication publication)
    {
        var isKept = _name.IsCache && !publication.IsFromClient;
        var isHeard = isKept || _memory.IsOn || _stream.Count > 0;
        var frame = isHeard ? TextFrame.Encode(PusherFrames.Event(_name.Text, publication).Span) : [];
        _memory.Add(frame, publication);
        if (isKept)
        {
            _last = new LastEvent(frame, publication.Data.ToArray(), _hub.Time.GetTimestamp()) { Scope = publication.Scope };
        }

        if (isHeard)
        {
            var except = publication.ExceptSocketId is { } socketId ? _hub.Peers.Find(socketId)?.Wire : null;
            _stream.Append(frame, new Reach(publication.Scope, except));
        }
    }

    /// <summary>Whether anybody is there, now or lately, for what a change tells of rows of a scope: else it need not be made.</summary>
    public bool TakesIn(long seq, string scope)
    {
        lock (_stream.Gate)
        {
            if (!_memory.IsPast(seq) && (_name.IsCache || _memory.IsOn || _stream.IsHeard(scope)))
            {
                return true;
            }

            _memory.Pass(seq);
            return false;
        }
    }

    public ChannelState Read()
    {
        lock (_stream.Gate)
        {
            var cached = LivingLast();
            return new ChannelState(
                _name, _stream.Count, [.. _members?.All ?? []],
                cached is null ? null : new CachedEvent(cached.Data, _hub.App.Limits.CacheLifetime - _hub.Time.GetElapsedTime(cached.At)));
        }
    }

    /// <summary>Says a count that had to wait and where everybody stands, and forgets what is out of date. Called by the hub's sweep.</summary>
    public void Tidy()
    {
        lock (_stream.Gate)
        {
            if (_stream.IsQuiet)
            {
                _memory.TellPositions();
            }

            if (_stream.Count > 0 && !_countIsDue && !_memory.IsOn)
            {
                return;
            }

            if (_countIsDue)
            {
                CountChanged();
            }

            _memory.ForgetUnused();
            ForgetIfIdle();
        }

        _stream.Carry();
    }

    private void ForgetMissed()
    {
        lock (_stream.Gate)
        {
            _memory.Forget();
        }
    }

    private bool IsFullFor(Member? member) =>
        member is not null && !_members!.Contains(member.Id) && _members.Count >= _hub.App.Limits.MaxPresenceMembers;

    private void Enter(Joining joining)
    {
        if (joining.Member is { } member && _members!.Add(member))
        {
            _stream.Append(TextFrame.Encode(PusherFrames.MemberAdded(_name.Text, member).Span), Reach.All);
            _hub.Report(new ChannelHappening.MemberAdded(_name.Text, member.Id));
        }

        _memory.Enter(joining);
    }

    /// <summary>Success, the last event of a cache channel, what was missed: in this order, before anything that is said from here on.</summary>
    private void Answer(Joining joining)
    {
        var subscriber = joining.Seat.Subscriber;
        subscriber.Send(TextFrame.Encode((joining.Greeting ?? PusherFrames.Subscribed(_name.Text, _members?.Roster() ?? NoRoster)).Span));
        var missed = joining.Resume is { Epoch: not null } resume ? _memory.MissedBy(resume, joining.Seat.Audience) : null;
        if (missed is null && _name.IsCache)
        {
            AnswerCached(joining.Seat);
        }

        if (missed?.Count > 0)
        {
            byte[] joined = [.. missed.SelectMany(one => one.Frame)];
            subscriber.Send(joined);
        }

        if (joining.Resume is not null)
        {
            var recovered = joining.Resume.Epoch is null ? (bool?)null : missed is not null;
            subscriber.Send(TextFrame.Encode(PusherFrames.Position(_name.Text, _memory.PositionFor(joining.Seat.Audience), recovered).Span));
        }
    }

    private void AnswerCached(Seat seat)
    {
        if (LivingLast() is { } last && seat.Audience.Hears(last.Scope))
        {
            seat.Subscriber.Send(last.Frame);
            return;
        }

        seat.Subscriber.Send(TextFrame.Encode(PusherFrames.CacheMiss(_name.Text).Span));
        _hub.Report(new ChannelHappening.CacheMiss(_name.Text));
    }

    private LastEvent? LivingLast() =>
        _last is not null && _hub.Time.GetElapsedTime(_last.At) < _hub.App.Limits.CacheLifetime ? _last : _last = null;

    /// <summary>Many subscribers are told of their number now and then, few at every change.</summary>
    private void CountChanged()
    {
        if (!_hub.App.SubscriptionCount || _name.IsPresence)
        {
            return;
        }

        _countIsDue = _stream.Count > ManySubscribers && _hub.Time.GetElapsedTime(_countSaidAt) < CountPause;
        if (!_countIsDue)
        {
            _countSaidAt = _hub.Time.GetTimestamp();
            _stream.Append(TextFrame.Encode(PusherFrames.SubscriptionCount(_name.Text, _stream.Count).Span), Reach.All);
            _hub.Report(new ChannelHappening.SubscriptionCount(_name.Text, _stream.Count));
        }
    }

    private void ForgetIfIdle()
    {
        if (_stream.Count == 0 && !_memory.IsOn && LivingLast() is null)
        {
            _isGone = true;
            _hub.Forget(this);
        }
    }

    /// <summary>What a cache channel keeps.</summary>
    private sealed record LastEvent(byte[] Frame, ReadOnlyMemory<byte> Data, long At)
    {
        /// <summary>Of the row it tells of.</summary>
        public string? Scope { get; init; }
    }
}
