using System.Collections.Concurrent;
using System.Collections.Frozen;
using Branchline.Protocol.Schema;
using Branchline.Server.Fanout;
using Branchline.Server.Fanout.Channels;
using Branchline.Server.Feed.Events;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Sockets;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Missed;

/// <summary>
/// For channels that are fed from tables the window is the feed: what a client missed is read from the log of events, over restarts and for as
/// long as that is kept. Only where nothing else was said on the channel since: that is not in the log.
/// </summary>
internal sealed class FeedWindow(
    BusinessSchema schema, EventHistory history, FeedProgress progress, OutsideEvents outside, MissedTotal total, IOptions<SocketOptions> sockets)
    : IDisposable
{
    // What is being read is under no bound of memory yet, so only so many read at once; the others have asked and wait.
    private const int MostAtOnce = 4;
    private readonly SemaphoreSlim _turns = new(MostAtOnce);

    private readonly FrozenDictionary<string, string> _ruleChannels = Names(schema);

    // One a channel, under its gate; there is one for each channel that somebody came back to.
    private readonly ConcurrentDictionary<string, FeedReads> _reads = new(StringComparer.Ordinal);

    public string Epoch => history.Epoch;

    /// <summary>The change that is being announced.</summary>
    public long Seq => progress.Seq;

    /// <summary>Whether tables feed the channel.</summary>
    public bool Feeds(string channel) => _ruleChannels.ContainsKey(channel);

    /// <summary>Before something that comes from no table is said.</summary>
    public void BeginOutside(string channel) => outside.Begin(channel);

    /// <summary>Something that comes from no table was said after a change.</summary>
    public void NoteOutside(string channel, long seq) => outside.Note(channel, seq);

    /// <summary>Whether all that was said on the channel after a change is in the feed.</summary>
    public bool TellsAllAfter(string channel, long seq) => seq > outside.LastOf(channel);

    /// <summary>How many bytes one connection is brought at most: who is behind by more than may wait for a client would be sent away for it, and come back, for ever.</summary>
    public long MostBytes => sockets.Value.QueueBytes / 2;

    /// <summary>
    /// What the feed tells after the client's position up to a change; null when it cannot be told: the position is none of this log's or ahead of it, too
    /// much was missed, or it is not kept. Of many who come back at once the one who was away longest reads for those after it.
    /// </summary>
    public async Task<FedEvents?> ReadAsync(ResumingChannel channel, Resume resume, long to, CancellationToken cancellationToken)
    {
        if (FeedPlace.Parse(resume.Seq, channel, history.Epoch) is not { } after || after > to || !TellsAllAfter(channel.Name.Text, after))
        {
            return null;
        }

        var reads = _reads.GetOrAdd(channel.Name.Text, static (_, total) => new FeedReads(total), total);
        var fed = await reads.ReadAsync(after, to, () => ReadAsync(channel, after, to), cancellationToken);
        total.Keep();
        return fed?.Later(after);
    }

    // For all who wait for it, so none of them can end it.
    private async Task<FedEvents?> ReadAsync(ResumingChannel channel, long after, long to)
    {
        await _turns.WaitAsync(CancellationToken.None);
        try
        {
            total.CountRead();
            var events = await history.ReadAsync(_ruleChannels[channel.Name.Text], after, to, total.Options.MostFromFeed, CancellationToken.None);
            return events is null ? null : new FedEvents(after, to, events.Select(one => TableFrames.Missed(channel, one)).ToArray());
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static FrozenDictionary<string, string> Names(BusinessSchema schema) => schema.Tables.Values
        .SelectMany(table => table.Events)
        .Where(rule => rule is { Channel: not null, Name: not null })
        .SelectMany(rule => TableFrames.Channels(rule.Channel!).Select(name => (Name: name, Rule: rule.Channel!)))
        .DistinctBy(one => one.Name, StringComparer.Ordinal)
        .ToFrozenDictionary(one => one.Name, one => one.Rule, StringComparer.Ordinal);
}
