using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>How much of an app's events a second is used up.</summary>
internal readonly record struct RateState(int Limit, int Remaining, int ResetSeconds)
{
    public void WriteTo(IHeaderDictionary headers)
    {
        headers.RetryAfter = ResetSeconds.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Limit"] = Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = ResetSeconds.ToString(CultureInfo.InvariantCulture);
    }
}
