namespace Branchline.Client;

/// <summary>
/// How this client's rows compared with the node's since it was opened. Each difference is a mistake of somebody's or a damaged disk, and was
/// put right.
/// </summary>
/// <param name="Mismatches">How often a scope's rows were others than the node's checksum says.</param>
/// <param name="Repaired">How many rows were fetched or dropped because of it.</param>
public sealed record ReplicaChecks(long Mismatches, long Repaired);

/// <summary>One time that a scope's rows were others than the node's, and how many were put right.</summary>
public sealed record ReplicaDifference(string Scope, int Repaired);
