using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>The answer to an upload: what became of each record, in their order.</summary>
internal sealed record UploadReply(IReadOnlyList<RecordReply> Results, int Applied, int Merged, int AlreadyApplied, int Rejected);

/// <summary>What became of a record. <paramref name="Id"/> is as it was sent.</summary>
internal sealed record RecordReply(JsonElement? Id, string? Table, string Status)
{
    public const string Applied = "applied";
    public const string Merged = "merged";
    public const string AlreadyApplied = "already_applied";
    public const string Rejected = "rejected";

    /// <summary>What the node calls the row.</summary>
    public Guid? Row { get; init; }

    /// <summary>Fields of which the node kept its own value.</summary>
    public IReadOnlyList<string>? Kept { get; init; }

    public string? Code { get; init; }

    public string? Reason { get; init; }

    public string? Field { get; init; }

    public string? Remedy { get; init; }

    /// <summary>Whether the same record may be taken later.</summary>
    public bool? IsTransient { get; init; }
}

/// <summary>The answer to an acknowledgement: how many records are known to have arrived.</summary>
internal sealed record AcknowledgeReply(bool Success, int Acknowledged);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadReply))]
[JsonSerializable(typeof(AcknowledgeReply))]
internal sealed partial class UploadJson : JsonSerializerContext;
