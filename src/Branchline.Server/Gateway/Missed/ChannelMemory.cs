using Branchline.Server.Fanout;
using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// What one channel can tell subscribers who come back, and which of its subscribers can use that: what was said lately is remembered while
/// somebody can; behind that, where tables feed the channel, stands the feed. Under the channel's gate. <c>forget</c> takes the gate and comes back to <see cref="Forget"/>.
/// </summary>
internal sealed class ChannelMemory(ChannelName name, Hub hub, Action forget)
{
    private static readonly TimeSpan PositionPause = TimeSpan.FromSeconds(10);

    private readonly HashSet<Seat> _seats = [];                     // who can use it
    private readonly FeedWindow? _feed = hub.Feed is { } feed && feed.Feeds(name.Text) ? feed : null;
    private MissedEvents? _events;
    private MissedShare? _share;    // of the events
    private long _usedAt;           // when somebody who can use it was last seen
    private long _toldAt;
    private long _offsetTold;

    // The last change whose events the channel took in, or knows that it is past; -1 before anybody came.
    private long _fedTo = -1;

    /// <summary>Whether what is said now is remembered.</summary>
    public bool IsOn => _events is not null;

    /// <summary>False for the events of a change that the channel is past: it was made after they were said.</summary>
    public bool IsPast(long seq) => seq <= _fedTo;

    /// <summary>The channel took in, or passed over, all that a change told.</summary>
    public void Pass(long seq) => _fedTo = Math.Max(_fedTo, seq);

    /// <summary>Somebody joins: from here on the channel takes in whatever is announced.</summary>
    public void Enter(Joining joining)
    {
        Begin();
        if (joining.Resume is not null)
        {
            Remember();
            _share!.Note(0);
            _seats.Add(joining.Seat);
        }
    }

    public void Leave(Joining joining)
    {
        if (joining.Resume is not null)
        {
            _seats.Remove(joining.Seat);
            _usedAt = hub.Time.GetTimestamp();
        }
    }

    /// <summary>Takes note of an event before it is said.</summary>
    public void Add(byte[] frame, in Publication publication)
    {
        if (publication.IsReserved)
        {
            return;
        }

        if (publication.Seq == 0)
        {
            _feed?.NoteOutside(name.Text, _fedTo < 0 ? _feed.Seq : _fedTo);
        }

        _events?.Add(frame, publication);
    }

    /// <summary>
    /// For somebody who is about to come back: up to which change the feed has to be read, because this memory cannot tell what they missed.
    /// Null when it can, or when nothing can. Later changes are remembered from here on.
    /// </summary>
    public long? FeedNeededTo(Resume resume, Audience audience)
    {
        if (_feed is null || _events?.After(resume, audience) is not null)
        {
            return null;
        }

        Begin();
        Remember();
        return _events!.FedFrom;
    }

    /// <summary>What a subscriber missed, oldest first; null when that is not known.</summary>
    public IReadOnlyList<MissedEvent>? MissedBy(Resume resume, Audience audience) => _events!.After(resume, audience) ?? AfterFeed(resume, audience);

    /// <summary>Where a subscriber stands who has heard everything so far.</summary>
    public Position PositionFor(Audience audience) => _feed is null
        ? _events!.PositionFor(audience)
        : _events!.PositionFor(audience) with { Seq = FeedPlace.Format(new ResumingChannel(hub.App, name, audience), _feed.Epoch, _fedTo) };

    /// <summary>
    /// Tells whoever counts where they stand, so that what they counted before may be forgotten. Only when everybody was handed
    /// everything: what is said past the stream must not overtake it.
    /// </summary>
    public void TellPositions()
    {
        if (_seats.Count == 0 || _events!.Offset == _offsetTold)
        {
            return;
        }

        if (_events.Offset - _offsetTold < hub.Missed.Options.Most / 4 && hub.Time.GetElapsedTime(_toldAt) < PositionPause)
        {
            return;
        }

        (_offsetTold, _toldAt) = (_events.Offset, hub.Time.GetTimestamp());
        foreach (var seats in _seats.GroupBy(seat => seat.Audience))
        {
            var frame = TextFrame.Encode(PusherFrames.Position(name.Text, PositionFor(seats.Key), null).Span);
            foreach (var seat in seats)
            {
                seat.Subscriber.Send(frame);
            }
        }
    }

    /// <summary>Forgets what is out of date, and everything when nobody could use it for longer than the window.</summary>
    public void ForgetUnused()
    {
        _events?.Trim();
        if (_events is not null && _seats.Count == 0 && hub.Time.GetElapsedTime(_usedAt) > hub.Missed.Options.Window)
        {
            _share!.Close();
            (_events, _share, _offsetTold) = (null, null, 0);
        }
    }

    /// <summary>Forgets the events, because the node remembers too much.</summary>
    public void Forget() => _events?.Forget();

    /// <summary>What the feed told up to where this memory begins, and what this memory has of later changes.</summary>
    private IReadOnlyList<MissedEvent>? AfterFeed(Resume resume, Audience audience)
    {
        if (resume.Fed is not { } fed || fed.To < _events!.FedFrom || !_feed!.TellsAllAfter(name.Text, fed.After))
        {
            return null;
        }

        return MissedEvent.NotReceived(fed.Events.Concat(_events.OfChangesAfter(fed.To)), resume, audience, resume.Received);
    }

    private void Begin()
    {
        if (_fedTo < 0)
        {
            _fedTo = _feed?.Seq ?? 0;
        }
    }

    private void Remember()
    {
        _events ??= new MissedEvents(hub.Missed.Options, hub.Time, _share = hub.Missed.Open(forget), _fedTo);
        _usedAt = hub.Time.GetTimestamp();
    }
}
