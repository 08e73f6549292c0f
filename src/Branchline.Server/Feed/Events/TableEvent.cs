namespace Branchline.Server.Feed.Events;

/// <summary>An event that a committed change caused on the channel its rule names.</summary>
/// <param name="Seq">Of the change. A change may cause several.</param>
/// <param name="Scope">Of the row.</param>
/// <param name="Channel">As the rule names it; its private and its encrypted twin carry the event, too.</param>
/// <param name="Name">The event's name.</param>
/// <param name="Data">What it tells, a JSON object.</param>
/// <param name="ExceptSocketId">The Pusher connection of whoever wrote, which knows already.</param>
internal sealed record TableEvent(long Seq, string Scope, string Channel, string Name, ReadOnlyMemory<byte> Data, string? ExceptSocketId);
