// A crowd that comes back at once is served before HTTP: half the memory and a third of the work for each connection (idle case of the fan-out benchmark).
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// The handshake of a Pusher client that brings nothing to know it by, read straight from the connection. Only the plainest form is taken:
/// whole, in one piece, at <c>/app/KEY</c>, without cookie, token, proxy or anything in need of decoding. Whatever else comes goes the
/// way of every request, where it is answered in full.
/// </summary>
/// <param name="AppKey">Of the app.</param>
/// <param name="Protocol">What the client says of the protocol's version; empty when it says nothing.</param>
/// <param name="WebSocketKey">What the answer has to prove.</param>
/// <param name="Origin">Of the page, if it is one.</param>
/// <param name="Length">How many bytes the handshake took.</param>
internal sealed record QuickHandshake(string AppKey, string Protocol, string WebSocketKey, string? Origin, int Length)
{
    private const int WebSocketKeyLength = 24;
    private static readonly SearchValues<byte> KeyBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."u8);

    /// <summary>Null when it is anything else.</summary>
    public static QuickHandshake? TryRead(in ReadOnlySequence<byte> input)
    {
        var bytes = input.FirstSpan;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (!bytes.StartsWith("GET /app/"u8) || end < 0)
        {
            return null;
        }

        var head = bytes[..(end + 2)];
        var lineEnd = head.IndexOf("\r\n"u8);
        if (!TryReadTarget(head["GET /app/".Length..lineEnd], out var key, out var protocol)
            || ReadHeaders(head[(lineEnd + 2)..]) is not { IsWhole: true } headers)
        {
            return null;
        }

        return new QuickHandshake(key, protocol, headers.Key!, headers.Origin, end + 4);
    }

    private static bool TryReadTarget(ReadOnlySpan<byte> line, out string key, out string protocol)
    {
        (key, protocol) = ("", "");
        if (!line.EndsWith(" HTTP/1.1"u8))
        {
            return false;
        }

        var target = line[..^" HTTP/1.1".Length];
        var mark = target.IndexOf((byte)'?');
        var name = mark < 0 ? target : target[..mark];
        var query = mark < 0 ? [] : target[(mark + 1)..];
        if (name.IsEmpty || name.ContainsAnyExcept(KeyBytes) || query.ContainsAny((byte)'%', (byte)'+', (byte)' ') || query.IndexOf("token="u8) >= 0)
        {
            return false;
        }

        key = Encoding.ASCII.GetString(name);
        foreach (var part in query.Split((byte)'&'))
        {
            if (query[part].StartsWith("protocol="u8))
            {
                protocol = Encoding.ASCII.GetString(query[part]["protocol=".Length..]);
            }
        }

        return true;
    }

    private static Headers ReadHeaders(ReadOnlySpan<byte> lines)
    {
        var headers = new Headers();
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf("\r\n"u8);
            var line = lines[..end];
            lines = lines[(end + 2)..];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || line.ContainsAny((byte)'\r', (byte)'\n', (byte)0) || line[..colon].ContainsAny((byte)' ', (byte)'\t'))
            {
                return new Headers();
            }

            var value = Encoding.Latin1.GetString(line[(colon + 1)..]).Trim(' ', '\t');
            if (!headers.Take(Encoding.Latin1.GetString(line[..colon]).ToLower(CultureInfo.InvariantCulture), value))
            {
                return new Headers();
            }
        }

        return headers;
    }

    /// <summary>What the headers amount to.</summary>
    private sealed class Headers
    {
        private bool _isUpgrade;
        private bool _isConnection;
        private bool _isVersion;
        private bool _isHost;

        public string? Key { get; private set; }

        public string? Origin { get; private set; }

        public bool IsWhole => _isUpgrade && _isConnection && _isVersion && _isHost && Key is not null;

        /// <summary>False when the request is to be answered in full.</summary>
        public bool Take(string name, string value)
        {
            switch (name)
            {
                case "upgrade":
                    return _isUpgrade = value.Equals("websocket", StringComparison.OrdinalIgnoreCase);
                case "connection":
                    return _isConnection = value.Contains("upgrade", StringComparison.OrdinalIgnoreCase);
                case "sec-websocket-version":
                    return _isVersion = value == "13";
                case "host" when !_isHost:
                    return _isHost = true;
                case "sec-websocket-key" when Key is null && IsKey(value):
                    Key = value;
                    return true;
                case "origin" when Origin is null:
                    Origin = value;
                    return true;
                case "host" or "sec-websocket-key" or "origin" or "cookie" or "authorization" or "sec-websocket-protocol"
                    or "content-length" or "transfer-encoding" or "expect" or "forwarded" or "via":
                    return false;
                default:
                    return !name.StartsWith("x-", StringComparison.Ordinal);
            }
        }

        private static bool IsKey(string value)
        {
            Span<byte> bytes = stackalloc byte[WebSocketKeyLength];
            return value.Length == WebSocketKeyLength && Convert.TryFromBase64String(value, bytes, out var length) && length == 16;
        }
    }
}
