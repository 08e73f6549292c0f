namespace Branchline.Server.Gateway.Channels;

/// <summary>What a client that can use missed events knows of a channel. A position without an epoch asks for none, only for positions from here on.</summary>
/// <param name="Epoch">Of the position it was last told.</param>
/// <param name="Offset">Of the position it was last told.</param>
/// <param name="Received">Events it has received since.</param>
/// <param name="Sockets">Its connections' ids since: what was not meant for one of them is not told now.</param>
internal sealed record Resume(string? Epoch, long Offset, int Received, IReadOnlyCollection<string> Sockets)
{
    public static Resume Fresh { get; } = new(null, 0, 0, []);
}
