using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Branchline.Scenarios.Realtime;

/// <summary>What one client does costs no other a message.</summary>
public sealed class HostileClientTests
{
    private const int Crowd = 50;
    private const int Garbage = 4000;
    private const int AtOnce = 100;
    private static readonly byte[] HalfHandshake = RawClient.Handshake[..^30];

    [Fact]
    public async Task Handshakes_that_never_end_are_cut()
    {
        using var node = await RealtimeNode.StartAsync("Branchline__Gateway__HandshakeTimeout=00:00:02");
        using var witness = await Witness.ComeAsync(node);
        await Task.WhenAll(Enumerable.Range(0, Crowd).SelectMany(_ => new[] { SilentAsync(node), HalfAsync(node), DripAsync(node) }));
        await witness.TestifyAsync();
    }

    [Fact]
    public async Task Connections_that_say_nothing_do_not_hold_up_a_stop()
    {
        using var node = await RealtimeNode.StartAsync("Branchline__Gateway__HandshakeTimeout=00:10:00");
        var silent = new List<RawClient>();
        for (var number = 0; number < Crowd; number++)
        {
            silent.Add(await RawClient.OpenAsync(node.Address!));
        }

        using (await RawClient.ConnectAsync(node.Address!))
        {
            // By now those before it are accepted. What is held up is cut by the host after 30 s.
            await node.StopAsync().WaitAsync(TimeSpan.FromSeconds(25));
        }

        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Whoever_breaks_the_protocol_is_told_how_and_sent_away()
    {
        using var node = await RealtimeNode.StartAsync("Branchline__Gateway__MaxMessage=2048");
        using var witness = await Witness.ComeAsync(node);
        foreach (var (code, bytes) in new (int, byte[])[]
        {
            (1002, [0x81, 2, (byte)'h', (byte)'i']),
            (1002, RawClient.Frame(0xC1, "x"u8)),
            (1002, RawClient.Frame(0x83, "x"u8)),
            (1002, RawClient.Frame(0x09, "x"u8)),
            (1002, RawClient.Frame(0x80, "x"u8)),
            (1002, [.. RawClient.Frame(0x01, "x"u8), .. RawClient.Frame(0x81, "x"u8)]),
            (1003, RawClient.Frame(0x82, "x"u8)),
            (1007, RawClient.Frame(0x81, [0xC3, 0x28])),
            (1009, RawClient.Frame(0x81, new byte[2049])),
            (1009, [.. RawClient.Frame(0x01, new byte[2000]), .. RawClient.Frame(0x80, new byte[49])]),
            (1009, [0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]),
        })
        {
            using var client = await RawClient.ConnectAsync(node.Address!);
            await client.SendAsync(bytes);
            var goodbye = await client.GoodbyeAsync();
            Assert.Equal(code, goodbye!.Code);
            Assert.True(code != 1009 || goodbye.Text.Contains("MaxMessage", StringComparison.Ordinal), goodbye.Text);
            await client.CutAsync();
        }

        await witness.TestifyAsync();
    }

    [Fact]
    public async Task Four_thousand_connections_of_garbage_cost_nobody_a_message()
    {
        using var node = await RealtimeNode.StartAsync();
        using var witness = await Witness.ComeAsync(node);
        using var room = new SemaphoreSlim(AtOnce);
        await Task.WhenAll(Enumerable.Range(0, Garbage).Select(async seed =>
        {
            await room.WaitAsync();
            try
            {
                await ThrowGarbageAsync(node, new Random(seed));
            }
            finally
            {
                room.Release();
            }
        }));
        await witness.TestifyAsync();
        var channels = await node.AskAsync("channels");
        Assert.Equal(["private-witness"], channels.GetProperty("channels").EnumerateObject().Select(channel => channel.Name));
    }

    [Fact]
    public async Task A_reader_that_stops_among_200_is_dropped_with_4100_and_the_others_hear_everything()
    {
        const int Fast = 200;
        const string Channel = "presence-hall";
        using var node = await RealtimeNode.StartAsync("Branchline__App__Limits__MaxPresenceMembers=300", "Branchline__Gateway__QueueBytes=100000");
        using var slow = await RawClient.OpenAsync(node.Address!);
        slow.Socket.ReceiveBufferSize = 256 * 1024;
        await slow.SendAsync(RawClient.Handshake);
        await slow.ReadHandshakeAsync();
        await slow.GreetedAsync();
        await slow.JoinAsync(Channel, Member("slow"));
        var (published, dropped) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var crowd = new List<RawClient>();
        for (var number = 0; number < Fast; number++)
        {
            crowd.Add(await RawClient.ConnectAsync(node.Address!));
            await crowd[^1].JoinAsync(Channel, Member($"u{number}"));
        }

        var heard = Task.WhenAll(crowd.Select(client => Task.Run(() => HearAsync(client, dropped))));
        while (!dropped.Task.IsCompleted)
        {
            using var answer = await node.PublishAsync("tick", $"{published++} {new string('x', 20_000)}", Channel);
            answer.EnsureSuccessStatusCode();
        }

        var goodbye = await SlowlyAsync(slow, published);
        using var end = await node.PublishAsync("end", "", Channel);
        Assert.All(await heard, numbers => Assert.Equal(Enumerable.Range(0, published), numbers));
        Assert.Equal(4100, goodbye!.Code);
        crowd.ForEach(client => client.Dispose());
    }

    private static async Task SilentAsync(RealtimeNode node)
    {
        using var client = await RawClient.OpenAsync(node.Address!);
        await client.CutAsync();
    }

    private static async Task HalfAsync(RealtimeNode node)
    {
        using var client = await RawClient.OpenAsync(node.Address!);
        await client.SendAsync(HalfHandshake);
        await client.CutAsync();
    }

    /// <summary>A byte now and then, so that it is never silent for long.</summary>
    private static async Task DripAsync(RealtimeNode node)
    {
        using var client = await RawClient.OpenAsync(node.Address!);
        var cut = client.CutAsync();
        for (var at = 0; !cut.IsCompleted; at++)
        {
            try
            {
                await client.SendAsync(HalfHandshake.AsMemory(Math.Min(at, HalfHandshake.Length - 1), 1));
            }
            catch (SocketException)
            {
                break;
            }

            await Task.WhenAny(cut, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, CancellationToken.None));
        }

        await cut;
    }

    private static async Task ThrowGarbageAsync(RealtimeNode node, Random random)
    {
        using var client = await RawClient.OpenAsync(node.Address!);
        var bytes = new byte[random.Next(1, 3000)];
        random.NextBytes(bytes);
        try
        {
            switch (random.Next(4))
            {
                case 0:
                    await client.SendAsync(bytes);
                    break;
                case 1:
                    await client.SendAsync((byte[])[.. RawClient.Handshake[..random.Next(RawClient.Handshake.Length)], .. bytes, .. "\r\n\r\n"u8]);
                    break;
                case 2:
                    await client.SendAsync((byte[])[.. RawClient.Handshake, .. bytes]);
                    break;
                default:
                    await client.SendAsync((byte[])[.. RawClient.Handshake, .. RawClient.Frame(0x81, Encoding.UTF8.GetBytes(Convert.ToBase64String(bytes)))]);
                    break;
            }

            if (random.Next(2) == 0)
            {
                client.Socket.Shutdown(SocketShutdown.Send);
                await client.CutAsync();
            }
        }
        catch (SocketException)
        {
            // Sent away before it was through.
        }
    }

    /// <summary>Numbers up to the end; whoever hears that the slow one left says so.</summary>
    private static async Task<List<int>> HearAsync(RawClient client, TaskCompletionSource dropped)
    {
        var numbers = new List<int>();
        while (await client.ReceiveAsync() is { Code: 0 } received)
        {
            using var frame = JsonDocument.Parse(received.Text);
            switch (frame.RootElement.GetProperty("event").GetString())
            {
                case "tick":
                    numbers.Add(int.Parse(frame.RootElement.GetProperty("data").GetString()!.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case "pusher_internal:member_removed":
                    dropped.TrySetResult();
                    break;
                case "end":
                    return numbers;
            }
        }

        return numbers;
    }

    /// <summary>What the slow one gets when it reads at last: everything up to somewhere, and a goodbye.</summary>
    private static async Task<Received?> SlowlyAsync(RawClient slow, int published)
    {
        var next = 0;
        while (await slow.ReceiveAsync() is { } received)
        {
            if (received.Code != 0)
            {
                Assert.InRange(next, 1, published - 1);
                return received;
            }

            if (received.Text.Contains("\"tick\"", StringComparison.Ordinal))
            {
                Assert.Contains($"\"data\":\"{next++} ", received.Text, StringComparison.Ordinal);
            }
        }

        return null;
    }

    private static string Member(string id) => JsonSerializer.Serialize(new { user_id = id });
}
