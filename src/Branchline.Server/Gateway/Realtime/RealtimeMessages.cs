using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Server.Gateway.Webhooks;

namespace Branchline.Server.Gateway.Realtime;

/// <summary>Answer of <c>GET /api/realtime/overview</c>.</summary>
internal sealed record OverviewReply(IReadOnlyList<AppTraffic> Apps, int Sockets, int Tails);

/// <summary>What goes on in one app. Totals count from the node's start.</summary>
internal sealed record AppTraffic(string Id, string Key, string Name, bool IsOwn, bool Enabled)
{
    public int Connections { get; init; }

    public int MaxConnections { get; init; }

    public int Channels { get; init; }

    /// <summary>People in presence channels, each counted once.</summary>
    public int Members { get; init; }

    public long Published { get; init; }

    public long Delivered { get; init; }

    /// <summary>Connections that read too slowly.</summary>
    public long Dropped { get; init; }

    public double PublishedPerSecond { get; init; }

    public double DeliveredPerSecond { get; init; }

    /// <summary>Each of the last sixty seconds, the newest last.</summary>
    public IReadOnlyList<RateSample> Samples { get; init; } = [];

    public IReadOnlyList<WebhookState> Webhooks { get; init; } = [];
}

/// <summary>Answer of <c>GET /api/realtime/channels</c>; with <c>Next</c> there are more behind it.</summary>
internal sealed record ChannelsReply(IReadOnlyList<ChannelLine> Channels, string? Next, int Total);

/// <summary>One channel of a list.</summary>
internal sealed record ChannelLine(string Name, string Kind, int Subscriptions, int? Members);

/// <summary>Answer of <c>GET /api/realtime/channels/{name}</c>.</summary>
internal sealed record ChannelReply(string Name, string Kind, int Subscriptions, IReadOnlyList<MemberReply> Members, string? Cached);

/// <summary>Somebody in a presence channel, as whoever signed for them describes them.</summary>
internal sealed record MemberReply(string Id, JsonElement? Info);

/// <summary>Body of <c>POST /api/realtime/publish</c>. Data may be any JSON: subscribers get a string as it is, anything else as JSON in a string.</summary>
internal sealed record TestEvent(string? App, string? Channel, string? Name, JsonElement? Data);

/// <summary>Answer to a test event: how many subscribers it was said to.</summary>
internal sealed record TestEventReply(int Subscriptions);

/// <summary>Answer of <c>GET /api/realtime/client</c>: what a signed-in person's client connects with.</summary>
internal sealed record ClientReply(string Key);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OverviewReply))]
[JsonSerializable(typeof(ChannelsReply))]
[JsonSerializable(typeof(ChannelReply))]
[JsonSerializable(typeof(TestEvent))]
[JsonSerializable(typeof(TestEventReply))]
[JsonSerializable(typeof(ClientReply))]
internal sealed partial class RealtimeJson : JsonSerializerContext;
