using System.Text.Json.Serialization;

namespace Branchline.Server.Gateway.Branches.Files;

/// <summary>
/// What an imported file did. <paramref name="Kind"/> is <c>up</c> or <c>answer</c>, <paramref name="Node"/> the branch or master it came from, and
/// <paramref name="Next"/> what is left to be done.
/// </summary>
internal sealed record FileReply(string Kind, string Node, int Applied, int Merged, int Refused, int Changes, int Rows, int Offered, string? Next);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FileReply))]
internal sealed partial class FileReplyJson : JsonSerializerContext;
