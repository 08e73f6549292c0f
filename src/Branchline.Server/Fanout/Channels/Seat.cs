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

    /// <summary>Whether it is in the stream's list. Looked at without the gate: whoever left gets no more of what is being carried, save the frames of that very moment.</summary>
    public bool IsTaken => Index >= 0;
}
