using System.Buffers;
using System.Text;
using Branchline.Server.Gateway.Pusher;

namespace Branchline.Tests.Gateway.Pusher;

public sealed class QuickHandshakeTests
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Target = "GET /app/branchline-key?protocol=7&client=js&version=8.4.0 HTTP/1.1";
    private static readonly string[] Usual =
        ["Host: shop:8000", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + Key];

    [Fact]
    public void The_plain_handshake_is_read_with_all_it_says()
    {
        var read = Read(Target, [.. Usual, "Origin: https://shop.example", "User-Agent: test", "Sec-WebSocket-Extensions: permessage-deflate"]);
        Assert.NotNull(read);
        Assert.Equal(("branchline-key", "7", Key, "https://shop.example"), (read.AppKey, read.Protocol, read.WebSocketKey, read.Origin));
    }

    [Theory]
    [InlineData("GET /app/branchline-key HTTP/1.1", "")]
    [InlineData("GET /app/branchline-key? HTTP/1.1", "")]
    [InlineData("GET /app/branchline-key?client=js&protocol=5 HTTP/1.1", "5")]
    public void The_version_is_what_the_query_says(string target, string protocol) => Assert.Equal(protocol, Read(target, Usual)!.Protocol);

    [Theory]
    [InlineData("connection: keep-alive, Upgrade", 2)]
    [InlineData("UPGRADE: WebSocket", 1)]
    [InlineData("sec-websocket-key:" + Key, 4)]
    public void Case_and_spaces_do_not_matter(string line, int at) => Assert.NotNull(Read(Target, With(at, line)));

    [Fact]
    public void A_first_message_behind_the_handshake_is_left_alone()
    {
        var text = Text(Target, Usual);
        Assert.Equal(text.Length, QuickHandshake.TryRead(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text + "rest")))!.Length);
    }

    [Fact]
    public void A_handshake_that_is_not_whole_goes_the_long_way_wherever_it_is_cut()
    {
        var bytes = Encoding.ASCII.GetBytes(Text(Target, Usual));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(QuickHandshake.TryRead(new ReadOnlySequence<byte>(bytes, 0, length)));
        }
    }

    [Theory]
    [InlineData("POST /app/branchline-key HTTP/1.1")]
    [InlineData("GET /app/branchline-key HTTP/1.0")]
    [InlineData("GET  /app/branchline-key HTTP/1.1")]
    [InlineData("GET /app/ HTTP/1.1")]
    [InlineData("GET /app/branchline-key/ HTTP/1.1")]
    [InlineData("GET /app/branchline-key/more HTTP/1.1")]
    [InlineData("GET /app/branchline%2Dkey HTTP/1.1")]
    [InlineData("GET /app/branchline-key?protocol=%37 HTTP/1.1")]
    [InlineData("GET /app/branchline-key?protocol=7+0 HTTP/1.1")]
    [InlineData("GET /app/branchline-key?a b HTTP/1.1")]
    [InlineData("GET /app/branchline-key?protocol=7&token=abc HTTP/1.1")]
    [InlineData("GET /shop/app/branchline-key HTTP/1.1")]
    [InlineData("GET http://shop/app/branchline-key HTTP/1.1")]
    [InlineData("get /app/branchline-key HTTP/1.1")]
    public void Any_other_address_goes_the_long_way(string target) => Assert.Null(Read(target, Usual));

    [Theory]
    [InlineData("Cookie: session=1")]
    [InlineData("cookie: session=1")]
    [InlineData("Authorization: Bearer x")]
    [InlineData("Sec-WebSocket-Protocol: pusher")]
    [InlineData("Content-Length: 0")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding : chunked")]
    [InlineData("Cookie : session=1")]
    [InlineData("Expect: 100-continue")]
    [InlineData("Forwarded: for=1.2.3.4")]
    [InlineData("Via: 1.1 proxy")]
    [InlineData("X-Forwarded-For: 1.2.3.4")]
    [InlineData("X-Anything: 1")]
    [InlineData("Sec-WebSocket-Key: " + Key)]
    [InlineData("Host: other")]
    [InlineData("no colon")]
    [InlineData(": no name")]
    [InlineData(" folded")]
    [InlineData("\tfolded")]
    [InlineData("A: zero\0")]
    [InlineData("A: bare\rreturn")]
    [InlineData("A: bare\nfeed")]
    public void Any_header_that_says_who_asks_or_is_odd_goes_the_long_way(string line)
    {
        Assert.Null(Read(Target, [.. Usual, line]));
        Assert.Null(Read(Target, [line, .. Usual]));
    }

    [Theory]
    [InlineData(1, "Upgrade: h2c")]
    [InlineData(1, "Upgrade: websocket, h2c")]
    [InlineData(2, "Connection: keep-alive")]
    [InlineData(3, "Sec-WebSocket-Version: 8")]
    [InlineData(3, "Sec-WebSocket-Version: 13, 8")]
    [InlineData(4, "Sec-WebSocket-Key: short")]
    [InlineData(4, "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData(4, "Sec-WebSocket-Key: " + Key + "AAAA")]
    [InlineData(4, "Sec-WebSocket-Key:")]
    public void A_handshake_that_is_none_goes_the_long_way(int at, string line) => Assert.Null(Read(Target, With(at, line)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Each_of_the_usual_headers_is_needed(int missing) => Assert.Null(Read(Target, [.. Usual.Where((_, index) => index != missing)]));

    [Fact]
    public void Two_origins_go_the_long_way() => Assert.Null(Read(Target, [.. Usual, "Origin: a", "Origin: b"]));

    private static string[] With(int at, string line)
    {
        string[] lines = [.. Usual];
        lines[at] = line;
        return lines;
    }

    private static string Text(string target, string[] headers) => string.Join("\r\n", [target, .. headers, "", ""]);

    private static QuickHandshake? Read(string target, string[] headers) =>
        QuickHandshake.TryRead(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(Text(target, headers))));
}
