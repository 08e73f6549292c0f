using System.Text.Json.Serialization;

namespace Branchline.Server.Gateway.Branches;

/// <summary>Body of <c>POST /api/branches/links</c>: what people call the branch.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewLink([property: JsonRequired] string Name);

/// <summary>A branch as the monitor shows it. <paramref name="Token"/> is shown once, to be given to <c>branchline join</c>.</summary>
internal sealed record LinkReply(
    string Id, string Name, IReadOnlyList<string> Branches, string State, DateTimeOffset? JoinedAt, DateTimeOffset? SeenAt, long Behind, long Pushed, long Pulled,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token = null);

/// <summary>Body of <c>POST /branch/join</c> and <c>/branch/rotate</c>: which machine asks.</summary>
internal sealed record JoinRequest(string? Host);

/// <summary>Answer to <c>POST /branch/rotate</c>, encrypted with the key before it, which counts until the branch signs with this one.</summary>
internal sealed record RotateReply(string Key);

/// <summary>What a branch that joined has to keep.</summary>
internal sealed record JoinReply(string Link, string Name, string Key, IReadOnlyList<string> Scopes, string Epoch);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NewLink))]
[JsonSerializable(typeof(LinkReply))]
[JsonSerializable(typeof(IReadOnlyList<LinkReply>))]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(JoinReply))]
[JsonSerializable(typeof(RotateReply))]
internal sealed partial class LinkJson : JsonSerializerContext;
