using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Branchline.Scenarios.Realtime;

/// <summary>A client that stays: whatever ends its connection, it is back at once. It notes what it heard in each of its lives.</summary>
internal sealed partial class StormClient(RealtimeNode node, Announcer announcer, string channel)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);

    /// <summary>One connection from subscribed to closed.</summary>
    public sealed class Life
    {
        /// <summary>The first event whose publication began after this client knew it was subscribed.</summary>
        public required int Owed { get; init; }

        public ConcurrentQueue<int> Heard { get; } = new();

        /// <summary>How it ended: a close code, or 0 when it was cut.</summary>
        public int Code { get; set; }
    }

    public List<Life> Lives { get; } = [];

    /// <summary>The life it leads; null between two of them.</summary>
    public Life? Now { get; private set; }

    public async Task LiveAsync(CancellationToken closing)
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                await LiveOnceAsync(closing);
            }
            catch (Exception refused) when (refused is SocketException or IOException or ObjectDisposedException)
            {
                // Full of haste, as clients are: they do not wait long.
            }

            Now = null;
            await Task.Delay(Again, TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task LiveOnceAsync(CancellationToken closing)
    {
        if (node.Address is not { } address)
        {
            return;
        }

        using var client = await RawClient.ConnectAsync(address);
        using var end = closing.Register(client.Dispose);
        await client.JoinAsync(channel);
        var life = new Life { Owed = announcer.Next };
        Lives.Add(life);
        Now = life;
        while (await client.ReceiveAsync() is { } received)
        {
            if (received.Code != 0)
            {
                life.Code = received.Code;
                return;
            }

            if (Number().Match(received.Text) is { Success: true } match)
            {
                life.Heard.Enqueue(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
            }
        }
    }

    [GeneratedRegex("\"event\":\"tick\",.*\"data\":\"(\\d+)\"")]
    private static partial Regex Number();
}

/// <summary>Publishes numbers to all channels, one after the other, for as long as it is let; what is not acknowledged is not promised.</summary>
internal sealed class Announcer(RealtimeNode node, string[] channels)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private int _next = 1;

    /// <summary>The number that is published next, or being published.</summary>
    public int Next => Volatile.Read(ref _next) + 1;

    /// <summary>Numbers whose publication was not acknowledged: they may have come or not.</summary>
    public HashSet<int> Uncertain { get; } = [];

    public async Task AnnounceAsync(CancellationToken closing)
    {
        while (!closing.IsCancellationRequested)
        {
            await OneAsync();
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Publishes one and answers with its number.</summary>
    public async Task<int> OneAsync()
    {
        var number = Interlocked.Increment(ref _next);
        try
        {
            using var answer = await node.PublishAsync("tick", number.ToString(CultureInfo.InvariantCulture), channels);
            answer.EnsureSuccessStatusCode();
        }
        catch (Exception failed) when (failed is HttpRequestException or InvalidOperationException or TaskCanceledException)
        {
            Uncertain.Add(number);
        }

        return number;
    }
}
