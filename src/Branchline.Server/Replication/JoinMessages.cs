using System.Text.Json.Serialization;

namespace Branchline.Server.Replication;

/// <summary>Who joins.</summary>
internal sealed record JoinHost(string? Host);

/// <summary>What a node that joined keeps.</summary>
internal sealed record JoinedMaster(string Link, string Name, string Key, IReadOnlyList<string> Scopes, string Epoch);

/// <summary>The key from now on.</summary>
internal sealed record NewKey(string Key);

/// <summary>A refusal as a master answers it.</summary>
internal sealed record MasterProblem(string? Code, string? Detail, string? Remedy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JoinHost))]
[JsonSerializable(typeof(JoinedMaster))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(MasterProblem))]
internal sealed partial class JoinJson : JsonSerializerContext;
