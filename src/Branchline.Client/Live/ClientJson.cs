using System.Text.Json.Serialization;

namespace Branchline.Client.Live;

/// <summary>Body of <c>POST /api/login</c>.</summary>
internal sealed record SignInRequest(string Email, string Password);

/// <summary>What is used of its answer.</summary>
internal sealed record SignInReply(string Token);

/// <summary>What is used of <c>GET /api/me</c>.</summary>
internal sealed record MeReply(PersonReply User);

/// <summary>Who is signed in.</summary>
internal sealed record PersonReply(string Id, string Role);

/// <summary>What is used of problem+json.</summary>
internal sealed record ProblemReply(string? Code, string? Detail, bool IsTransient, long? Expected);

/// <summary>Source-generated JSON of what the client says beside the sync protocol.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(SignInReply))]
[JsonSerializable(typeof(MeReply))]
[JsonSerializable(typeof(ProblemReply))]
internal sealed partial class ClientJson : JsonSerializerContext;
