using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Branchline.Cli.Bench.Measured;
using Branchline.Server;

namespace Branchline.Cli.Bench;

/// <summary>Measures cases against a node that already runs, or each against a fresh one of its own.</summary>
internal sealed class RealtimeBench(Target? running, TimeSpan duration, bool isSecure, TimeProvider time)
{
    public async Task<CaseFigures> MeasureAsync(LoadCase what, CancellationToken cancellationToken)
    {
        if (running is not null)
        {
            return await MeasureAsync(what, running, null, cancellationToken);
        }

        await using var node = await OwnNode.StartAsync(isSecure, what.Connections, cancellationToken);
        return await MeasureAsync(what, await node.TargetAsync(), node, cancellationToken);
    }

    // Nobody else is in a channel of that name: a running node has its own.
    private async Task<CaseFigures> MeasureAsync(LoadCase what, Target target, OwnNode? node, CancellationToken cancellationToken)
    {
        await using var load = new Load(what, target, time, $"bench-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        try
        {
            return await load.MeasureAsync(duration, node, cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException)
        {
            throw new StartRefusedException($"{what.Name}: the connection to {target.Host} failed: {failure.Message}", failure);
        }
    }
}
