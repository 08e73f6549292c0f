using System.Text.Json;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>What backends ask about channels.</summary>
internal static class ChannelQuestions
{
    private const string PresencePrefix = "presence-";

    /// <summary>Channels that somebody is in.</summary>
    public static AppAnswer All(Hub hub, AppRequest request)
    {
        var prefix = request.Query["filter_by_prefix"].ToString();
        var info = ChannelInfos.Parse(request.Query["info"]);
        return info.HasFlag(ChannelInfo.UserCount) && !prefix.StartsWith(PresencePrefix, StringComparison.Ordinal)
            ? AppAnswer.BadRequest($"user_count is told of presence channels only: add filter_by_prefix={PresencePrefix}")
            : AppAnswer.Ok(json =>
            {
                json.WriteStartObject("channels"u8);
                foreach (var channel in hub.Channels.Where(channel => channel.Name.Text.StartsWith(prefix, StringComparison.Ordinal)))
                {
                    var state = channel.Read();
                    if (state.Subscriptions > 0 && !channel.Name.IsUser)
                    {
                        json.WriteStartObject(channel.Name.Text);
                        Write(json, state, info & ~ChannelInfo.Cache);
                        json.WriteEndObject();
                    }
                }

                json.WriteEndObject();
            });
    }

    public static AppAnswer One(Hub hub, string text, AppRequest request)
    {
        if (!ChannelName.TryParse(text, hub.App.Limits.MaxChannelName, out var name))
        {
            return AppAnswer.BadRequest($"'{text}' is no channel's name: it is made of A-Z a-z 0-9 _ - = @ , . ;");
        }

        var info = ChannelInfos.Parse(request.Query["info"]);
        if (info.HasFlag(ChannelInfo.UserCount) && !name.IsPresence)
        {
            return AppAnswer.BadRequest("user_count is told of presence channels only");
        }

        var state = hub.Find(text)?.Read() ?? ChannelState.Empty(name);
        return AppAnswer.Ok(json =>
        {
            json.WriteBoolean("occupied"u8, state.Subscriptions > 0);
            Write(json, state, info);
        });
    }

    public static AppAnswer Users(Hub hub, string text)
    {
        if (!ChannelName.TryParse(text, hub.App.Limits.MaxChannelName, out var name) || !name.IsPresence)
        {
            return AppAnswer.BadRequest("Only presence channels have users");
        }

        return AppAnswer.Ok(json =>
        {
            json.WriteStartArray("users"u8);
            foreach (var member in hub.Find(text)?.Read().Members ?? [])
            {
                json.WriteStartObject();
                json.WriteString("id"u8, member.Id);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Members of an object that stands open.</summary>
    public static void Write(Utf8JsonWriter json, ChannelState state, ChannelInfo info)
    {
        if (info.HasFlag(ChannelInfo.UserCount) && state.Name.IsPresence)
        {
            json.WriteNumber("user_count"u8, state.Members.Count);
        }

        if (info.HasFlag(ChannelInfo.SubscriptionCount))
        {
            json.WriteNumber("subscription_count"u8, state.Subscriptions);
        }

        if (info.HasFlag(ChannelInfo.Cache) && state.Name.IsCache)
        {
            WriteCached(json, state.Cached);
        }
    }

    private static void WriteCached(Utf8JsonWriter json, CachedEvent? cached)
    {
        if (cached is null)
        {
            json.WriteNull("cache"u8);
            return;
        }

        json.WriteStartObject("cache"u8);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(cached.Data.Span, skipInputValidation: true);
        json.WriteNumber("ttl"u8, (int)Math.Ceiling(cached.Left.TotalSeconds));
        json.WriteEndObject();
    }
}
