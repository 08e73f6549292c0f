using Branchline.Cli.Bench.Measured;
using Branchline.Server;

namespace Branchline.Cli.Bench;

/// <summary>
/// A client that joined the first channel, reads nothing any more, and is owed so much that the systems at both ends have taken what they take and
/// the rest waits in the node.
/// </summary>
internal sealed class StuckReader(Target target, Traffic traffic, TimeProvider time) : IDisposable
{
    // Loopback takes some 1.3 MB; a node lets 2 MB wait before it sends a client away.
    private const int Messages = 7000;
    private const int SmallReceiveBuffer = 4096;
    private const int Buffer = 64 * 1024;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private readonly Subscriber _subscriber = new(target with { ReceiveBuffer = SmallReceiveBuffer }, traffic, 0, SmallReceiveBuffer);

    /// <summary>Joins and gets stuck, before anybody else is in the channel.</summary>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        await _subscriber.JoinAsync(cancellationToken);
        await using var publisher = await target.ConnectAsync(cancellationToken);
        var request = new SignedRequest(target, time);
        var answer = new byte[Buffer];
        for (var number = 0; number < Messages; number++)
        {
            await publisher.WriteAsync(request.Write(traffic.NameOf(0), default), cancellationToken);
            var length = 0;
            do
            {
                var count = await publisher.ReadAsync(answer.AsMemory(length), cancellationToken);
                length += count > 0 ? count : throw new StartRefusedException("The node closed a connection that published.");
            }
            while (answer[length - 1] != '}');
            if (answer["HTTP/1.1 ".Length] != '2')
            {
                throw new StartRefusedException("The node refused to publish for the reader that stands still.");
            }
        }
    }

    /// <summary>Reads what waited. False when the node had sent it away: then nothing stood still while the others were measured.</summary>
    public async Task<bool> WasThereAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[Buffer];
        try
        {
            while (await _subscriber.Stream.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(Quiet, time, cancellationToken) > 0)
            {
            }

            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose() => _subscriber.Dispose();
}
