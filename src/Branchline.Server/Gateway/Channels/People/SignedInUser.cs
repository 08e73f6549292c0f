using System.Text.Json;

namespace Branchline.Server.Gateway.Channels.People;

/// <summary>The person of a sign-in, as <c>user_data</c> describes them.</summary>
/// <param name="Id">Never empty.</param>
/// <param name="Json">The whole description, as it was signed.</param>
/// <param name="Watchlist">Whose coming and going they want to know.</param>
internal sealed record SignedInUser(string Id, string Json, IReadOnlyList<string> Watchlist)
{
    /// <summary>Whether the description named more people than may be watched; the first of them are.</summary>
    public bool IsWatchlistCut { get; private init; }

    /// <summary>Null when it is no object with a non-empty string <c>id</c>.</summary>
    public static SignedInUser? Parse(string? json, int maxWatchlist)
    {
        if (string.IsNullOrEmpty(json))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("id", out var id)
                || id.ValueKind != JsonValueKind.String
                || id.GetString() is not { Length: > 0 } text)
            {
                return null;
            }

            string[] watched = document.RootElement.TryGetProperty("watchlist", out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!).Distinct(StringComparer.Ordinal)]
                : [];
            return new SignedInUser(text, json, watched.Length > maxWatchlist ? watched[..maxWatchlist] : watched)
            {
                IsWatchlistCut = watched.Length > maxWatchlist,
            };
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
