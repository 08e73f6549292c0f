using System.Text.Json.Serialization;
using Branchline.Protocol;

namespace Branchline.Server.Replication.Files;

/// <summary>Which way a file of batches goes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileKind>))]
internal enum FileKind
{
    /// <summary>From a branch to its master: what waits, and where the branch reads on.</summary>
    [JsonStringEnumMemberName("up")]
    Up,

    /// <summary>From a master to its branch: outcomes, and what the branch has not read.</summary>
    [JsonStringEnumMemberName("answer")]
    Answer,
}

/// <summary>
/// First in a file, and readable without the key: for whom it is. <paramref name="Epoch"/> is the life of the master's log, as the branch knew it or as it is.
/// </summary>
internal sealed record FileHead(
    [property: JsonRequired] int Format, [property: JsonRequired] FileKind Kind, [property: JsonRequired] string Link, [property: JsonRequired] string Id, bool Sealed, DateTimeOffset At, string? Epoch)
{
    /// <summary>The form that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Of a branch: how many files it has exported for the master, this one included.</summary>
    public long Number { get; init; }

    /// <summary>Of a branch: the life of its own log.</summary>
    public string? OwnEpoch { get; init; }

    /// <summary>Of a branch: it offers every row it has, because the master was put back to an older copy.</summary>
    public bool Offers { get; init; }

    /// <summary>Of an answer: the head of the file that it answers.</summary>
    public FileHead? Answers { get; init; }
}

/// <summary>One of these: what a block holds.</summary>
internal sealed record FileBlock
{
    public FilePush? Push { get; init; }

    public BranchStates? States { get; init; }

    public FileQuestion? Question { get; init; }

    public IReadOnlyList<FileOutcome>? Outcomes { get; init; }

    public FilePages? Pages { get; init; }

    public FileEnd? End { get; init; }
}

/// <summary>Mutations of a lane, and the branch's own place of each.</summary>
internal sealed record FilePush(string Lane, IReadOnlyList<long> Places, BranchPushRequest Request);

/// <summary>Where the branch reads on in a lane.</summary>
internal sealed record FileQuestion(string Lane, BranchPullRequest Request);

/// <summary>What became of a mutation; the rows it wrote as they stand, where they may stand otherwise at the branch.</summary>
internal sealed record FileOutcome(long Place, Guid Id, MutationOutcome Outcome)
{
    public IReadOnlyList<BranchChange> Rows { get; init; } = [];
}

/// <summary>The next pages of a lane, and the places they are read from; <paramref name="IsLast"/> when the lane ends with them.</summary>
internal sealed record FilePages(string Lane, IReadOnlyDictionary<string, BranchPlace> Places, BranchPullReply Reply, bool IsLast);

/// <summary>Last in a file: what it holds, and whether there was more than fits into one.</summary>
internal sealed record FileEnd(long Mutations, long Changes, bool More);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(FileHead))]
[JsonSerializable(typeof(FileBlock))]
internal sealed partial class FileJson : JsonSerializerContext;
