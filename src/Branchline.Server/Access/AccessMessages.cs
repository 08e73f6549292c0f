using System.Text.Json.Serialization;

namespace Branchline.Server.Access;

/// <summary>Body of <c>POST /api/login</c>.</summary>
internal sealed record LoginRequest(string? Email, string? Password);

/// <summary>Body of <c>POST /api/setup</c>.</summary>
internal sealed record SetupRequest(string? Token, string? Name, string? Email, string? Password);

/// <summary>A person as clients know them.</summary>
internal sealed record Person(string Id, string Name, string Email, string Role);

/// <summary>Answer to a sign-in.</summary>
internal sealed record LoginReply(string Token, Person User);

/// <summary>A branch as far as Access knows it.</summary>
internal sealed record BranchReference(string Id);

/// <summary>Answer of <c>GET /api/me</c>.</summary>
internal sealed record MeReply(Person User, IReadOnlyList<BranchReference> Branches, IReadOnlyList<string> Scopes, bool Demo);

/// <summary>A user as administrators see them.</summary>
internal sealed record UserReply(string Id, string Name, string Email, string Role, IReadOnlyList<string> Branches, bool Disabled);

/// <summary>Body of <c>POST /api/users</c>.</summary>
internal sealed record CreateUserRequest(string? Name, string? Email, string? Role, string[]? Branches, string? Password);

/// <summary>Body of <c>PUT /api/users/{id}</c>; what is absent stays.</summary>
internal sealed record ChangeUserRequest(string? Name, string? Role, string[]? Branches, bool? Disabled, string? Password);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(LoginReply))]
[JsonSerializable(typeof(SetupRequest))]
[JsonSerializable(typeof(MeReply))]
[JsonSerializable(typeof(UserReply))]
[JsonSerializable(typeof(IReadOnlyList<UserReply>))]
[JsonSerializable(typeof(CreateUserRequest))]
[JsonSerializable(typeof(ChangeUserRequest))]
internal sealed partial class AccessJson : JsonSerializerContext;
