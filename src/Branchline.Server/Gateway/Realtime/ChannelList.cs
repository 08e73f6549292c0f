using System.Text;
using System.Text.Json;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Channels.People;

namespace Branchline.Server.Gateway.Realtime;

/// <summary>Which channels somebody wants to see, in the order of their names.</summary>
/// <param name="Prefix">What the names begin with.</param>
/// <param name="Search">What stands anywhere in them.</param>
/// <param name="After">The last name of the page before.</param>
/// <param name="Limit">How many at most.</param>
internal sealed record ChannelQuery(string? Prefix, string? Search, string? After, int Limit)
{
    public bool Takes(string name) =>
        (string.IsNullOrEmpty(Prefix) || name.StartsWith(Prefix, StringComparison.Ordinal))
        && (string.IsNullOrEmpty(Search) || name.Contains(Search, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Channels as administrators are shown them.</summary>
internal static class ChannelList
{
    public static ChannelsReply Read(Hub? hub, ChannelQuery query)
    {
        Channel[] fitting =
        [
            .. (hub?.Channels ?? []).Where(channel => query.Takes(channel.Name.Text)).OrderBy(channel => channel.Name.Text, StringComparer.Ordinal),
        ];
        Channel[] page =
        [
            .. fitting.SkipWhile(channel => string.CompareOrdinal(channel.Name.Text, query.After) <= 0 && !string.IsNullOrEmpty(query.After))
                .Take(query.Limit),
        ];
        var hasMore = page.Length == query.Limit && page[^1] != fitting[^1];
        return new ChannelsReply([.. page.Select(channel => LineOf(channel.Read()))], hasMore ? page[^1].Name.Text : null, fitting.Length);
    }

    public static ChannelReply Of(ChannelState state) => new(
        state.Name.Text,
        KindOf(state.Name),
        state.Subscriptions,
        [.. state.Members.Select(member => new MemberReply(member.Id, InfoOf(member)))],
        state.Cached is { } cached ? Encoding.UTF8.GetString(cached.Data.Span) : null);

    private static ChannelLine LineOf(ChannelState state) => new(
        state.Name.Text, KindOf(state.Name), state.Subscriptions, state.Name.IsPresence ? state.Members.Count : null);

    private static JsonElement? InfoOf(Member member)
    {
        if (member.InfoJson is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(member.InfoJson);
        return document.RootElement.Clone();
    }

    private static string KindOf(ChannelName name) =>
        name.IsUser ? "user" : name.IsPresence ? "presence" : name.IsEncrypted ? "encrypted" : name.IsPrivate ? "private" : "public";
}
