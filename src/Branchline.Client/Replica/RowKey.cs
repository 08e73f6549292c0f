namespace Branchline.Client.Replica;

/// <summary>Names one row.</summary>
internal readonly record struct RowKey(string Table, Guid Id);
