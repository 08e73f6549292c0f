namespace Branchline.Server.Gateway.Publishing;

/// <summary>What a backend wants to be told of channels.</summary>
[Flags]
internal enum ChannelInfo
{
    None = 0,
    UserCount = 1,
    SubscriptionCount = 2,
    Cache = 4,
}

/// <summary>Reads <c>info=user_count,subscription_count</c>; words that are none are left out, as everywhere.</summary>
internal static class ChannelInfos
{
    public static ChannelInfo Parse(string? text)
    {
        var info = ChannelInfo.None;
        foreach (var word in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            info |= word switch
            {
                "user_count" => ChannelInfo.UserCount,
                "subscription_count" => ChannelInfo.SubscriptionCount,
                "cache" => ChannelInfo.Cache,
                _ => ChannelInfo.None,
            };
        }

        return info;
    }
}
