namespace Branchline.Scenarios.Device;

/// <summary>What a till sells, where, and under which numbers.</summary>
internal sealed record Goods(string Series, string Branch, IReadOnlyList<string> Products);
