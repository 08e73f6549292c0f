using System.Text.Json.Serialization;

namespace Branchline.Protocol;

/// <summary>
/// A mutation that a device does not get through with, for the managers to look at, and what its person says of it.
/// Body of <c>POST /api/tray</c>.
/// </summary>
public sealed record HandOverRequest(
    [property: JsonRequired] Mutation Mutation,
    [property: JsonRequired] string Code,
    [property: JsonRequired] string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note = null);

/// <summary>
/// Where a mutation is that was handed over: <c>waiting</c>, <c>resolved</c> or <c>discarded</c> in the tray, or <c>applied</c>: then the node has it,
/// and there is nothing to look at. <paramref name="Entry"/> is its number in the tray.
/// </summary>
public sealed record HandOverReply(
    Guid Mutation, string State, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Entry = null);
