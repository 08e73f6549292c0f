using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>What became of a mutation. These four are all there is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Applied), "applied")]
[JsonDerivedType(typeof(AlreadyApplied), "already_applied")]
[JsonDerivedType(typeof(Merged), "merged")]
[JsonDerivedType(typeof(Rejected), "rejected")]
public abstract record MutationOutcome
{
    private MutationOutcome()
    {
    }

    /// <summary>The device's number of the mutation.</summary>
    [JsonPropertyOrder(1)]
    public long N { get; init; }

    /// <summary>The mutation's id.</summary>
    [JsonPropertyOrder(2)]
    public Guid Id { get; init; }

    /// <summary>Set when the mutation's stamp was too far ahead of the node: the device's clock was wrong, and its part in stamps begins anew.</summary>
    [JsonPropertyOrder(3)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Restamping? Restamped { get; init; }

    /// <summary>Done; <paramref name="Seq"/> numbers its last change.</summary>
    public sealed record Applied(long Seq) : MutationOutcome;

    /// <summary>This mutation id was applied before, as change <paramref name="Seq"/>.</summary>
    public sealed record AlreadyApplied(long Seq) : MutationOutcome;

    /// <summary>Done, but the fields listed as <c>table.field</c> kept a newer value.</summary>
    public sealed record Merged(long Seq, IReadOnlyList<string> KeptFields) : MutationOutcome;

    /// <summary>No effect; the whole mutation is in the node's tray. <paramref name="Code"/> is one of <see cref="ErrorCodes"/>.</summary>
    public sealed record Rejected(string Code, string Reason) : MutationOutcome
    {
        /// <summary>The table at fault.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Table { get; init; }

        /// <summary>The field at fault.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Field { get; init; }

        /// <summary>What would be right.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Remedy { get; init; }

        /// <summary>The row at fault, where one is; it does not travel.</summary>
        [JsonIgnore]
        public Guid? Row { get; init; }
    }
}

/// <summary>The stamp that a device claimed, kept as it was told, and the node's own that counts in its place.</summary>
public sealed record Restamping(Stamp Claimed, Stamp Taken);
