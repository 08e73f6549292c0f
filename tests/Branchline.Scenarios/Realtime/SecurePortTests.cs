using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Branchline.Scenarios.Realtime;

/// <summary>TLS as the node serves it itself, without a proxy in front.</summary>
public sealed class SecurePortTests
{
    private const string Channel = "till";
    private const int SmallBuffer = 4096;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    [Fact]
    public async Task A_port_with_TLS_answers_no_handshake_in_the_clear()
    {
        using var node = await RealtimeNode.StartSecureAsync();
        var secure = await node.SecureAsync();
        using (var plain = await RawClient.ConnectAsync(node.Address!))
        {
            Assert.NotEmpty(plain.SocketId);
        }

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            using var _ = await RawClient.ConnectAsync(RawClient.NewSocket(), new IPEndPoint(IPAddress.Loopback, secure.Port));
        });
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_client_that_reads_now_and_then_gets_everything_once_in_order_and_a_goodbye(string http)
    {
        const int Events = 400;
        using var node = await RealtimeNode.StartSecureAsync();
        using var socket = new ClientWebSocket { Options = { HttpVersion = Version.Parse(http), HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };
        using var invoker = new HttpMessageInvoker(SmallHandler());
        await socket.ConnectAsync(new UriBuilder(await node.SecureAsync()) { Scheme = "wss", Path = "/app/" + RealtimeNode.Key, Query = "protocol=7" }.Uri, invoker, CancellationToken.None);
        Assert.Contains("connection_established", await HearAsync(socket), StringComparison.Ordinal);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($$$"""{"event":"pusher:subscribe","data":{"channel":"{{{Channel}}}"}}"""), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Contains("subscription_succeeded", await HearAsync(socket), StringComparison.Ordinal);

        // About as much as may wait for one client; what its own buffers hold comes on top.
        var padding = new string('x', 4000);
        for (var number = 0; number < Events; number++)
        {
            using var answer = await node.PublishAsync("tick", $"{number} {padding}", Channel);
            answer.EnsureSuccessStatusCode();
        }

        for (var number = 0; number < Events; number++)
        {
            using var heard = JsonDocument.Parse(await HearAsync(socket));
            Assert.Equal($"{number} {padding}", heard.RootElement.GetProperty("data").GetString());
            if (number % 50 == 0)
            {
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }

        var stopping = node.StopAsync();
        Assert.Empty(await HearAsync(socket));
        Assert.Equal(4200, (int)socket.CloseStatus!);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await stopping.WaitAsync(RawClient.Patience);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_large_answer_is_the_same_however_slowly_it_is_read(string http)
    {
        using var data = new TempDirectory();
        await File.WriteAllLinesAsync(Path.Combine(data.Path, ".env"), SelfSigned.Write(data.Path), CancellationToken.None);
        await RunningNode.RunAsync("user", "add", Shop.Email, "--name", "Ada", "--role", "admin", "--password", Shop.Password, "--data", data.Path);
        using var node = await RunningNode.StartAsync("serve", data.Path, "--urls", "http://127.0.0.1:0;https://127.0.0.1:0");
        using var plain = node.Client(await node.SignInAsync(Shop.Email, Shop.Password));
        using var client = new HttpClient(SmallHandler())
        {
            BaseAddress = await RealtimeNode.SecureAsync(node),
            DefaultRequestVersion = Version.Parse(http),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            DefaultRequestHeaders = { Authorization = plain.DefaultRequestHeaders.Authorization },
        };
        var whole = await plain.GetByteArrayAsync("/openapi.json", CancellationToken.None);
        Assert.InRange(whole.Length, 100_000, int.MaxValue);
        await using var slow = await client.GetStreamAsync("/openapi.json", CancellationToken.None);
        using var read = new MemoryStream();
        var buffer = new byte[SmallBuffer];
        for (int length; (length = await slow.ReadAsync(buffer)) > 0;)
        {
            read.Write(buffer, 0, length);
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }

        Assert.True(whole.AsSpan().SequenceEqual(read.ToArray()));
    }

    [Fact]
    public async Task Clients_that_vanish_in_the_middle_cost_no_other_a_message_and_leave_no_complaint()
    {
        using var node = await RealtimeNode.StartSecureAsync();
        var secure = await node.SecureAsync();
        using var witness = await Witness.ComeAsync(node);
        for (var number = 0; number < 40; number++)
        {
            using var client = new TcpClient { ReceiveBufferSize = SmallBuffer };
            await client.ConnectAsync(IPAddress.Loopback, secure.Port, CancellationToken.None);
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            if (number % 4 == 0)
            {
                await client.GetStream().WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1 }, CancellationToken.None);
                continue;
            }

            await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: true, IsOurs);
            await stream.AuthenticateAsClientAsync("127.0.0.1");
            var request = number % 4 == 1
                ? Encoding.ASCII.GetString(RawClient.Handshake)
                : $"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{secure.Port.ToString(CultureInfo.InvariantCulture)}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
            Assert.NotEqual(0, await stream.ReadAsync(new byte[100]));
        }

        await witness.TestifyAsync();
        Assert.DoesNotContain("xception", node.Log, StringComparison.Ordinal);
    }

    private static bool IsOurs(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) => shown?.Subject == SelfSigned.Name;

    private static SocketsHttpHandler SmallHandler() => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = IsOurs },
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = RawClient.NewSocket();
            socket.ReceiveBufferSize = SmallBuffer;
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    /// <summary>The next text; empty when the other side says goodbye.</summary>
    private static async Task<string> HearAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(RawClient.Patience);
        var buffer = new byte[64 * 1024];
        var length = 0;
        WebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), limit.Token);
            length += result.Count;
        }
        while (!result.EndOfMessage);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
