namespace Branchline.Scenarios.Realtime;

/// <summary>A handshake comes in whatever pieces the network makes of it.</summary>
public sealed class HandshakePiecesTests
{
    private static readonly byte[] Ping = RawClient.Frame(0x81, """{"event":"pusher:ping"}"""u8);

    [Fact]
    public async Task A_client_is_served_wherever_its_handshake_was_cut()
    {
        using var node = await RealtimeNode.StartAsync();
        foreach (var cut in Enumerable.Range(1, RawClient.Handshake.Length - 1).Where(cut => cut % 9 == 0 || cut > RawClient.Handshake.Length - 5))
        {
            using var client = await RawClient.OpenAsync(node.Address!);
            client.Socket.NoDelay = true;
            await client.SendAsync(RawClient.Handshake.AsMemory(0, cut));
            await Task.Yield();
            await client.SendAsync(RawClient.Handshake.AsMemory(cut));
            await ServedAsync(client);
        }
    }

    [Fact]
    public async Task A_client_is_served_whose_handshake_comes_byte_by_byte()
    {
        using var node = await RealtimeNode.StartAsync();
        using var client = await RawClient.OpenAsync(node.Address!);
        foreach (var one in RawClient.Handshake)
        {
            await client.SendAsync(new[] { one });
        }

        await ServedAsync(client);
    }

    [Fact]
    public async Task What_a_client_says_right_behind_its_handshake_is_heard_whole_or_in_part()
    {
        using var node = await RealtimeNode.StartAsync();
        for (var extra = 1; extra <= Ping.Length; extra++)
        {
            using var client = await RawClient.OpenAsync(node.Address!);
            await client.SendAsync((byte[])[.. RawClient.Handshake, .. Ping.AsSpan(0, extra)]);
            await client.ReadHandshakeAsync();
            await client.GreetedAsync();
            await client.SendAsync(Ping.AsMemory(extra));
            Assert.Contains("pusher:pong", (await client.ReceiveAsync())!.Text, StringComparison.Ordinal);
        }
    }

    private static async Task ServedAsync(RawClient client)
    {
        await client.ReadHandshakeAsync();
        await client.GreetedAsync();
        await client.SendAsync(Ping);
        Assert.Contains("pusher:pong", (await client.ReceiveAsync())!.Text, StringComparison.Ordinal);
    }
}
