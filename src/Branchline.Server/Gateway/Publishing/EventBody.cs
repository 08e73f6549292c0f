using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>An event as a backend publishes it. Read and checked by <see cref="EventReader"/>.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Channels">Where it goes.</param>
/// <param name="Data">The JSON string, quotes and escapes as they came.</param>
/// <param name="SocketId">Who is not to hear it.</param>
/// <param name="Info">What the answer is to tell of the channels.</param>
internal sealed record EventBody(string Name, IReadOnlyList<ChannelName> Channels, ReadOnlyMemory<byte> Data, string? SocketId, ChannelInfo Info);
