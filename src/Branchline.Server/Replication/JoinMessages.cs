using System.Text.Json.Serialization;

namespace Branchline.Server.Replication;

/// <summary>Body of <c>POST /branch/join</c> and <c>/branch/rotate</c>: which machine asks.</summary>
internal sealed record JoinHost(string? Host);

/// <summary>
/// Answer to <c>/branch/join</c>, encrypted with the invitation's secret: what a node that joined keeps. <paramref name="Equal"/>: neither has the last
/// word. <paramref name="All"/>: it holds every scope.
/// </summary>
internal sealed record JoinedMaster(string Link, string Name, string Key, IReadOnlyList<string> Scopes, string Epoch, bool Equal = false, bool All = false);

/// <summary>Answer to <c>/branch/rotate</c>, encrypted with the key before it, which counts until the branch signs with this one.</summary>
internal sealed record NewKey(string Key);

/// <summary>A refusal as a master answers it.</summary>
internal sealed record MasterProblem(string? Code, string? Detail, string? Remedy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JoinHost))]
[JsonSerializable(typeof(JoinedMaster))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(MasterProblem))]
internal sealed partial class JoinJson : JsonSerializerContext;
