using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Sockets;

namespace Branchline.Tests.Gateway.Sockets;

/// <summary>Real sockets with small buffers, so that a frame is seldom sent in one go.</summary>
public sealed class OutletTests : IDisposable
{
    private static readonly byte[] Goodbye = ControlFrame.Close(new CloseReason(4100, "Go"));
    private readonly Socket _near;
    private readonly Socket _far;

    public OutletTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        _far.Connect(listener.LocalEndPoint!);
        _near = listener.Accept();
        _near.SendBufferSize = 4096;
        _near.Blocking = false;
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frames_of_many_senders_arrive_whole_once_and_each_senders_in_order(bool onSocket)
    {
        const int Senders = 8, Frames = 400;
        var (outlet, heard) = Open(onSocket, int.MaxValue);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            for (var number = 0; number < Frames; number++)
            {
                Assert.Equal(Sending.Taken, outlet.Send(Frame(sender, number)));
            }
        })));
        outlet.Finish(Goodbye, drop: false);

        var texts = await Texts(heard);
        Assert.Equal(Senders * Frames, texts.Count);
        for (var sender = 0; sender < Senders; sender++)
        {
            var own = $"{sender}:";
            Assert.Equal(
                Enumerable.Range(0, Frames).Select(number => Text(sender, number)), texts.Where(text => text.StartsWith(own, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_goodbye_that_drops_what_waits_finishes_the_frame_half_sent(bool onSocket)
    {
        var (outlet, heard) = Open(onSocket, int.MaxValue, isHeldBack: true);
        var sent = 0;
        for (; sent < 600; sent++)
        {
            outlet.Send(Frame(0, sent));
        }

        outlet.Finish(Goodbye, drop: true);
        Assert.Equal(Sending.Ended, outlet.Send("never"u8));

        var texts = await Texts(heard);
        Assert.InRange(texts.Count, 1, sent - 1);
        Assert.Equal(Enumerable.Range(0, texts.Count).Select(number => Text(0, number)), texts);
    }

    [Fact]
    public async Task Once_a_frame_found_no_room_none_behind_it_is_sent()
    {
        var (outlet, heard) = Open(onSocket: true, capacity: 50_000, isHeldBack: true);
        var taken = 0;
        while (outlet.Send(Frame(0, taken)) == Sending.Taken)
        {
            taken++;
        }

        // Small enough to fit where the last one did not.
        Assert.NotEqual(Sending.Taken, outlet.Send(ControlFrame.Ping));
        outlet.Finish(Goodbye, drop: false);

        Assert.Equal(Enumerable.Range(0, taken).Select(number => Text(0, number)), await Texts(heard));
    }

    [Fact]
    public async Task Without_anything_waiting_a_goodbye_goes_out_at_once()
    {
        var (outlet, heard) = Open(onSocket: true, 100);
        Assert.True(outlet.WhenEmptyAsync(CancellationToken.None).IsCompleted);
        outlet.Finish(Goodbye, drop: false);
        outlet.Finish(ControlFrame.Close(new CloseReason(4999, "Second")), drop: false);
        Assert.Empty(await Texts(heard));
    }

    [Fact]
    public async Task Whoever_waits_for_room_is_told_when_all_is_sent()
    {
        var (outlet, heard) = Open(onSocket: true, 1_000_000, isHeldBack: true);
        var number = 0;
        while (outlet.WhenEmptyAsync(CancellationToken.None).IsCompleted)
        {
            outlet.Send(Frame(0, number++));
        }

        var empty = outlet.WhenEmptyAsync(CancellationToken.None);
        var texts = Texts(heard);
        await empty.WaitAsync(TimeSpan.FromSeconds(30));
        outlet.Finish(Goodbye, drop: false);
        Assert.Equal(number, (await texts).Count);
    }

    [Fact]
    public async Task A_peer_that_is_gone_costs_nothing_but_what_was_for_it()
    {
        var (outlet, _) = Open(onSocket: true, int.MaxValue);
        _far.LingerState = new LingerOption(true, 0);
        _far.Dispose();
        for (var number = 0; number < 2000; number++)
        {
            outlet.Send(Frame(0, number));
        }

        await outlet.WhenEmptyAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        _near.Dispose();
        outlet.Send("x"u8);
        outlet.Finish(Goodbye, drop: false);
    }

    private static string Text(int sender, int number) => $"{sender}:{number}:{new string('x', number * 37 % 3000)}";

    private static byte[] Frame(int sender, int number) => TextFrame.Encode(Encoding.UTF8.GetBytes(Text(sender, number)));

    /// <summary>An outlet, and a way to all bytes up to its goodbye; held back, nothing is read before that is asked for.</summary>
    private (Outlet Outlet, Func<Task<byte[]>> Heard) Open(bool onSocket, int capacity, bool isHeldBack = false)
    {
        var outlet = onSocket
            ? new Outlet(Stream.Null, _near, capacity)
            : new Outlet(Blocking(_near), null, capacity);
        if (isHeldBack)
        {
            return (outlet, ReadAsync);
        }

        var reading = Task.Run(ReadAsync);
        return (outlet, () => reading);
    }

    private static NetworkStream Blocking(Socket socket)
    {
        socket.Blocking = true;
        return new NetworkStream(socket);
    }

    private async Task<byte[]> ReadAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (all, buffer) = (new List<byte>(), new byte[1 << 16]);
        while (!all.TakeLast(Goodbye.Length).SequenceEqual(Goodbye))
        {
            var count = await _far.ReceiveAsync(buffer, limit.Token);
            Assert.NotEqual(0, count);
            all.AddRange(buffer.AsSpan(0, count));
        }

        return [.. all];
    }

    /// <summary>The texts before the goodbye; fails on anything between them.</summary>
    private static async Task<List<string>> Texts(Func<Task<byte[]>> heard)
    {
        var all = await heard();
        ReadOnlySpan<byte> rest = all.AsSpan(0, all.Length - Goodbye.Length);
        var texts = new List<string>();
        while (TextFrame.TryTake(ref rest, out var text))
        {
            texts.Add(Encoding.UTF8.GetString(text));
        }

        return texts;
    }
}
