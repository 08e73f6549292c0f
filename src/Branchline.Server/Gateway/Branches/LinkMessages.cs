using System.Text.Json.Serialization;

namespace Branchline.Server.Gateway.Branches;

/// <summary>Body of <c>POST /api/branches/links</c>: what people call the branch.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewLink([property: JsonRequired] string Name);

/// <summary>A branch as the monitor shows it. <paramref name="Token"/> is shown once, to be given to <c>branchline join</c>.</summary>
internal sealed record LinkReply(
    string Id, string Name, IReadOnlyList<string> Branches, string State, DateTimeOffset? JoinedAt, DateTimeOffset? SeenAt, long Behind, long Pushed, long Pulled,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NewLink))]
[JsonSerializable(typeof(LinkReply))]
[JsonSerializable(typeof(IReadOnlyList<LinkReply>))]
internal sealed partial class LinkJson : JsonSerializerContext;
