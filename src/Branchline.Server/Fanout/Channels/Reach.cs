namespace Branchline.Server.Fanout.Channels;

/// <summary>Who of a channel's subscribers is to hear a frame.</summary>
/// <param name="Scope">Of the row it tells of; null when it tells of none.</param>
/// <param name="Except">The one who caused it and knows already.</param>
internal readonly record struct Reach(string? Scope, Subscriber? Except)
{
    /// <summary>Everybody.</summary>
    public static Reach All => default;

    public bool IsAll => Scope is null && Except is null;

    public bool Includes(Seat seat) => seat.Subscriber != Except && seat.Audience.Hears(Scope);
}
