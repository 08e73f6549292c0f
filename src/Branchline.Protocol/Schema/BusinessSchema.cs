namespace Branchline.Protocol.Schema;

/// <summary>A business as declared: every table by name. <paramref name="Hash"/> changes when anything declared changes.</summary>
public sealed record BusinessSchema(string Hash, IReadOnlyDictionary<string, TableSchema> Tables);
