using System.Text.Json.Serialization;

namespace Branchline.Server.Gateway.Branches;

/// <summary>
/// Body of <c>POST /api/branches/links</c>: what people call the branch. <paramref name="With"/> names branches below it, whose rows it holds, too;
/// <paramref name="All"/> gives it all of them, and makes no branch of that name. With <paramref name="Equal"/> neither node will have the last word.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewLink([property: JsonRequired] string Name, bool Equal = false, bool All = false, IReadOnlyList<string>? With = null);

/// <summary>A branch as the monitor shows it. <paramref name="Token"/> is shown once, to be given to <c>branchline join</c>.</summary>
internal sealed record LinkReply(
    string Id, string Name, IReadOnlyList<string> Branches, string State, DateTimeOffset? JoinedAt, DateTimeOffset? SeenAt, long Behind, long Pushed, long Pulled, bool Equal, bool All,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NewLink))]
[JsonSerializable(typeof(LinkReply))]
[JsonSerializable(typeof(IReadOnlyList<LinkReply>))]
internal sealed partial class LinkJson : JsonSerializerContext;
