// Every publish is checked here (the last case of the fan-out benchmark is one in ten of it).
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Branchline.Server.Gateway.Apps;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>
/// The signature of a backend's request: HMAC-SHA256 of method, path and sorted query, the body by its MD5
/// (the Pusher HTTP API's "authentication", version 1.0). Paths and bodies count as they were sent, before anything decodes them.
/// </summary>
internal sealed class RequestSignature(PublishingOptions options, TimeProvider time)
{
    private const string Signature = "auth_signature";
    private const int Md5Bytes = 16;

    /// <summary>What is wrong with it, or null.</summary>
    public string? FindObjection(RealtimeApp app, AppRequest request, ReadOnlySpan<byte> body)
    {
        var query = request.Query;
        if (query["auth_key"] != app.Key)
        {
            return "auth_key is not the key of this app";
        }

        if (query["auth_version"] != "1.0")
        {
            return "auth_version must be 1.0";
        }

        if (!long.TryParse(query["auth_timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - seconds) > options.SignatureWindow.TotalSeconds)
        {
            return $"auth_timestamp is not within {options.SignatureWindow.TotalSeconds:0} seconds of this server's clock, which says {time.GetUtcNow().ToUnixTimeSeconds()}";
        }

        if ((body.Length > 0 || query.ContainsKey("body_md5")) && !IsMd5(query["body_md5"].ToString(), body))
        {
            return "body_md5 is not the MD5 of the body";
        }

        var signature = query[Signature].ToString();
        var tail = "\n" + Join(query);
        return app.VerifyHex(signature, request.Method + "\n" + request.Path + tail)
            || (request.Prefix.Length > 0 && app.VerifyHex(signature, request.Method + "\n" + request.Path[request.Prefix.Length..] + tail))
            ? null
            : "auth_signature is missing or wrong";
    }

    private static bool IsMd5(string given, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[Md5Bytes];
#pragma warning disable CA5351 // The protocol asks for MD5; the HMAC over it is what protects.
        MD5.HashData(body, hash);
#pragma warning restore CA5351
        return given.Equals(Convert.ToHexStringLower(hash), StringComparison.OrdinalIgnoreCase);
    }

    private static string Join(IQueryCollection query)
    {
        var pairs = new List<(string Name, StringValues Values)>(query.Count);
        foreach (var (name, values) in query)
        {
            var lower = name.ToLowerInvariant();
            if (lower != Signature)
            {
                pairs.Add((lower, values));
            }
        }

        pairs.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        var text = new StringBuilder(256);
        foreach (var (name, values) in pairs)
        {
            text.Append(text.Length > 0 ? "&" : "").Append(name).Append('=').Append(values.ToString());
        }

        return text.ToString();
    }
}
