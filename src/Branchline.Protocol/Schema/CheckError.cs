namespace Branchline.Protocol.Schema;

/// <summary>
/// What a declared rule has against a value or a write. <paramref name="Code"/> is one of <see cref="ErrorCodes"/>; the remedy is
/// what a person can do about it.
/// </summary>
public sealed record CheckError(string Code, string Reason, string? Table, string? Field, string Remedy);
