// One buffer for every request; the publisher's share of a delivery must stay small (fan-out benchmark).
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Branchline.Cli.Bench.Measured;

namespace Branchline.Cli.Bench;

/// <summary>Writes requests of the Pusher HTTP API that publish one event of a usual size. Valid until the next one is written.</summary>
internal sealed class SignedRequest(Target target, TimeProvider time)
{
    // The data up to its closing quote: 250 bytes of JSON once its quotes are no longer escaped.
    private const int DataLength = 257;
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(target.App.Secret);
    private readonly string _path = $"/apps/{target.App.Id}/events";
    private readonly byte[] _body = new byte[2048];
    private readonly byte[] _signed = new byte[2048];
    private readonly byte[] _request = new byte[8192];

    public ReadOnlyMemory<byte> Write(string channel, Mark mark)
    {
        var body = _body.AsSpan(0, WriteBody(channel, mark));
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<char> md5 = stackalloc char[MD5.HashSizeInBytes * 2];
        Span<char> signature = stackalloc char[HMACSHA256.HashSizeInBytes * 2];
#pragma warning disable CA5351 // The protocol asks for MD5; the HMAC over it is what protects.
        Hex(hash[..MD5.HashData(body, hash)], md5);
#pragma warning restore CA5351
        Utf8.TryWrite(
            _signed,
            $"POST\n{_path}\nauth_key={target.App.Key}&auth_timestamp={time.GetUtcNow().ToUnixTimeSeconds()}&auth_version=1.0&body_md5={md5}",
            out var signed);
        Hex(hash[..HMACSHA256.HashData(_secret, _signed.AsSpan(0, signed), hash)], signature);

        // The query is what was signed, after the method and the path.
        var query = _signed.AsSpan(("POST\n\n".Length + _path.Length)..signed);
        Utf8.TryWrite(_request, $"POST {target.Prefix}{_path}?", out var length);
        query.CopyTo(_request.AsSpan(length));
        length += query.Length;
        Utf8.TryWrite(
            _request.AsSpan(length),
            $"&auth_signature={signature} HTTP/1.1\r\nHost: {target.Host}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n",
            out var head);
        length += head;
        body.CopyTo(_request.AsSpan(length));
        return _request.AsMemory(0, length + body.Length);
    }

    private int WriteBody(string channel, Mark mark)
    {
        Utf8.TryWrite(_body, $"{{\"name\":\"sale.created\",\"channel\":\"{channel}\",\"data\":\"", out var start);
        Utf8.TryWrite(
            _body.AsSpan(start), $"{{\\\"t\\\":{mark.At},\\\"p\\\":{mark.Publisher},\\\"n\\\":{mark.Number},\\\"note\\\":\\\"", out var numbers);
        var end = start + DataLength;
        _body.AsSpan((start + numbers)..end).Fill((byte)'a');
        ReadOnlySpan<byte> tail = "\\\"}\"}"u8;
        tail.CopyTo(_body.AsSpan(end));
        return end + tail.Length;
    }

    private static void Hex(ReadOnlySpan<byte> bytes, Span<char> text) => Convert.TryToHexStringLower(bytes, text, out _);
}
