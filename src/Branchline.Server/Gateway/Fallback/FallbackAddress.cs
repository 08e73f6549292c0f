using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Fallback;

/// <summary>What a request of the fallback is for.</summary>
internal enum FallbackStep
{
    /// <summary>An answer that stays open.</summary>
    Stream,

    /// <summary>An answer that ends when there was something to say.</summary>
    Poll,

    /// <summary>Messages of the client.</summary>
    Send,
}

/// <summary>An address as pusher-js makes it: <c>PREFIX/app/KEY/NUMBER/NAME/STEP</c>. Number and name are the client's, and together the session's.</summary>
internal sealed partial record FallbackAddress(string Key, string Session, FallbackStep Step)
{
    public static FallbackAddress? Of(PathString path) =>
        Form().Match(path.Value ?? "") is { Success: true } match
            ? new FallbackAddress(match.Groups["key"].Value, match.Groups["session"].Value, match.Groups["step"].Value switch
            {
                "xhr_streaming" => FallbackStep.Stream,
                "xhr" => FallbackStep.Poll,
                _ => FallbackStep.Send,
            })
            : null;

    [GeneratedRegex(
        @"/app/(?<key>[^/]+)/(?<session>[0-9]{1,3}/[0-9a-z]{8})/(?<step>xhr_streaming|xhr|xhr_send)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
