// Every delivery passes here; bytes are parsed where they lie and nothing is allocated for one (fan-out benchmark).
using System.Text;
using Branchline.Cli.Bench.Measured;
using Branchline.Server;

namespace Branchline.Cli.Bench;

/// <summary>One client of one channel, over a WebSocket framed by hand. It knows which message must come next from each publisher.</summary>
internal sealed class Subscriber(Target target, Traffic traffic, int channel, int size) : IDisposable
{
    private const byte Text = 0x81;
    private const byte Close = 0x88;
    private const byte Ping = 0x89;
    private const byte Pong = 0x8A;
    private readonly Intake _intake = new(size);
    private readonly int[] _next = new int[traffic.PublisherCount];
    private Stream _stream = Stream.Null;

    public int Channel => channel;

    /// <summary>Its connection, once it has joined.</summary>
    public Stream Stream => _stream;

    /// <summary>By publisher, the number of the message that must come next.</summary>
    public ReadOnlySpan<int> Next => _next;

    /// <summary>Connects and is in its channel afterwards.</summary>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        _stream = await target.ConnectAsync(cancellationToken);
        await _stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET {target.Prefix}/app/{target.App.Key}?protocol=7&client=branchline-bench&version=1 HTTP/1.1\r\nHost: {target.Host}\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"),
            cancellationToken);
        while (!HasUpgraded())
        {
            await ReceiveAsync(cancellationToken);
        }

        await WaitForAsync("pusher:connection_established", cancellationToken);
        Send(Text, Encoding.UTF8.GetBytes($$$"""{"event":"pusher:subscribe","data":{"channel":"{{{traffic.NameOf(channel)}}}"}}"""));
        await WaitForAsync("pusher_internal:subscription_succeeded", cancellationToken);
    }

    /// <summary>Takes deliveries until the connection is closed.</summary>
    public async Task ListenAsync()
    {
        try
        {
            int count;
            do
            {
                lock (traffic.Gate)
                {
                    Hear();
                    traffic.Pump();
                }

                count = await _stream.ReadAsync(_intake.Free());
                _intake.Add(count);
            }
            while (count > 0);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // What it misses from here on is counted as lost.
        }

        traffic.Closed();
    }

    public void Dispose() => _stream.Dispose();

    private void Hear()
    {
        var now = traffic.Now;
        while (_intake.TryReadFrame(out var first, out var payload))
        {
            if (first == Text && Mark.TryRead(payload, out var mark))
            {
                traffic.Count(_next, mark, now);
            }
            else
            {
                Answer(first, payload);
            }
        }
    }

    private void Answer(byte first, ReadOnlySpan<byte> payload)
    {
        if (first == Ping)
        {
            Send(Pong, payload);
        }
        else if (first == Text && payload.IndexOf("pusher:ping"u8) >= 0)
        {
            Send(Text, """{"event":"pusher:pong","data":{}}"""u8);
        }
    }

    private bool HasUpgraded()
    {
        if (!_intake.TryReadHead(out var head))
        {
            return false;
        }

        return head.StartsWith("HTTP/1.1 101"u8)
            ? true
            : throw new StartRefusedException($"The node refused a WebSocket: {Encoding.UTF8.GetString(head).ReplaceLineEndings(" ")}");
    }

    private async Task WaitForAsync(string name, CancellationToken cancellationToken)
    {
        while (!HasHeard(name))
        {
            await ReceiveAsync(cancellationToken);
        }
    }

    private bool HasHeard(string name)
    {
        if (!_intake.TryReadFrame(out var first, out var payload))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(payload);
        if (first == Close || text.Contains("error", StringComparison.Ordinal))
        {
            throw new StartRefusedException($"The node refused a subscriber: {text}");
        }

        return text.Contains(name, StringComparison.Ordinal) || HasHeard(name);
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var count = await _stream.ReadAsync(_intake.Free(), cancellationToken);
        _intake.Add(count > 0 ? count : throw new StartRefusedException("The node closed a connection before its subscriber had joined."));
    }

    // Frames of a client are masked; a mask of zeros leaves the bytes as they are. None is longer than 125 bytes.
    private void Send(byte first, ReadOnlySpan<byte> payload) => _stream.Write([first, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]);
}
