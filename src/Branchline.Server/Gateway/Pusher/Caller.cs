using System.Net;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>What a client's handshake says of it.</summary>
/// <param name="Protocol">The version it wants to speak, as it wrote it.</param>
/// <param name="Origin">Of the page, if it is one.</param>
/// <param name="Address">Where it comes from.</param>
internal sealed record Caller(string Protocol, string? Origin, IPAddress? Address);
