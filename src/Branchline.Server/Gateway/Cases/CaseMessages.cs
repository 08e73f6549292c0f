using System.Text.Json;
using System.Text.Json.Serialization;

namespace Branchline.Server.Gateway.Cases;

/// <summary>A person; the name is missing when the node does not know them any longer.</summary>
internal sealed record Who(string Id, string? Name);

/// <summary>How a case was closed, by whom and when.</summary>
internal sealed record SettledReply(string How, Who? By, string At);

/// <summary>What somebody did about a case, and what came of it.</summary>
internal sealed record StepReply(string Action, Who? By, string At)
{
    public Guid? Mutation { get; init; }

    public JsonElement? Outcome { get; init; }

    public JsonElement? Sent { get; init; }

    public string? Why { get; init; }
}

/// <summary>Why a mutation was rejected when it first came.</summary>
internal sealed record FirstReply(string Code, string Reason);

/// <summary>A tray entry; payload and history only where one entry is asked for.</summary>
internal sealed record TrayReply(long Id, string State, string Code, string Reason)
{
    public string? Table { get; init; }

    public string? Field { get; init; }

    public string? Remedy { get; init; }

    public FirstReply? First { get; init; }

    public required Guid Mutation { get; init; }

    public required string Device { get; init; }

    public required long N { get; init; }

    public required Who? User { get; init; }

    public required string MadeAt { get; init; }

    public required string ReceivedAt { get; init; }

    public required IReadOnlyList<string> Tables { get; init; }

    public required int Writes { get; init; }

    public required long Attempts { get; init; }

    public SettledReply? Settled { get; init; }

    public JsonElement? Payload { get; init; }

    public IReadOnlyList<StepReply>? History { get; init; }
}

/// <summary>One value of a conflict: who wrote it on which device, and when.</summary>
internal sealed record SideReply(JsonElement Value, string Stamp)
{
    public string? At { get; init; }

    public string? Device { get; init; }

    public Who? User { get; init; }
}

/// <summary>A conflict; kept is the value that won.</summary>
internal sealed record ConflictReply(long Id, string State, string Table, Guid Row, string Field)
{
    public string? Group { get; init; }

    public required string Policy { get; init; }

    public required SideReply Kept { get; init; }

    public required SideReply Lost { get; init; }

    public Guid? Mutation { get; init; }

    public required string FoundAt { get; init; }

    public SettledReply? Settled { get; init; }

    public IReadOnlyList<StepReply>? History { get; init; }
}

/// <summary>A flag; without table and row it is about the mutation as a whole.</summary>
internal sealed record FlagReply(long Id, string State, string Code, string Reason)
{
    public string? Table { get; init; }

    public Guid? Row { get; init; }

    public string? Field { get; init; }

    public required Guid Mutation { get; init; }

    public Who? User { get; init; }

    public required string FoundAt { get; init; }

    public SettledReply? Settled { get; init; }

    public IReadOnlyList<StepReply>? History { get; init; }
}

internal sealed record TrayPage(IReadOnlyList<TrayReply> Entries, long? Next);

internal sealed record ConflictPage(IReadOnlyList<ConflictReply> Conflicts, long? Next);

internal sealed record FlagPage(IReadOnlyList<FlagReply> Flags, long? Next);

/// <summary>What became of a mutation sent again, and the entry as it stands.</summary>
internal sealed record ResendReply(JsonElement Outcome, TrayReply Entry);

/// <summary>The conflict as it stands, with what became of the value written back, where one was.</summary>
internal sealed record DecidedReply(JsonElement? Outcome, ConflictReply Conflict);

/// <summary>Body of <c>POST /api/conflicts/ID/choose</c>: kept or lost.</summary>
internal sealed record ChooseRequest(string? Value);

/// <summary>Body of <c>POST /api/flags/ID/clear</c>, which needs none.</summary>
internal sealed record ClearRequest(string? Why);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrayPage))]
[JsonSerializable(typeof(ConflictPage))]
[JsonSerializable(typeof(FlagPage))]
[JsonSerializable(typeof(ResendReply))]
[JsonSerializable(typeof(DecidedReply))]
[JsonSerializable(typeof(ChooseRequest))]
[JsonSerializable(typeof(ClearRequest))]
internal sealed partial class CaseJson : JsonSerializerContext;
