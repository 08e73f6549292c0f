namespace Branchline.Server.Gateway.Channels;

/// <summary>What a client that can use missed events knows of a channel. A position without an epoch asks for none, only for positions from here on.</summary>
/// <param name="SocketId">Its connection's id before it was cut: what was not meant for that one is not told now.</param>
/// <param name="Epoch">Of the position it was last told.</param>
/// <param name="Offset">Of the position it was last told.</param>
/// <param name="Received">Events it has received since.</param>
internal sealed record Resume(string? SocketId, string? Epoch, long Offset, int Received)
{
    public static Resume Fresh { get; } = new(null, null, 0, 0);
}
