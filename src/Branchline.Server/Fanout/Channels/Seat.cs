namespace Branchline.Server.Fanout.Channels;

/// <summary>One subscriber's place in one stream. Belongs to the stream, under its gate.</summary>
internal sealed class Seat(Subscriber subscriber, Audience audience)
{
    public Subscriber Subscriber => subscriber;

    public Audience Audience => audience;

    /// <summary>Hears what was appended from this position on.</summary>
    public long From { get; set; }

    /// <summary>Where it stands in the stream's list; -1 when it is in none.</summary>
    public int Index { get; set; } = -1;
}
