namespace Branchline.Tests.Simulation;

/// <summary>Compares what a device holds with what the node holds.</summary>
internal static class Replicas
{
    public static void DemandEqual(string scope, Dictionary<(string Table, Guid Id), Fields> truth, ISimDevice device)
    {
        Books.Demand(device.Base.TryGetValue(scope, out var held), $"{device.Name} has nothing of {scope}");
        foreach (var (key, fields) in truth)
        {
            Books.Demand(held!.TryGetValue(key, out var mine), $"{device.Name} lacks {key.Table} {key.Id} of {scope}");
            foreach (var name in fields.Keys.Union(mine!.Keys))
            {
                var (right, wrong) = (fields.GetValueOrDefault(name), mine.GetValueOrDefault(name));
                Books.Demand(right == wrong, $"{device.Name} has {key.Table}.{name} of {key.Id} as {wrong}, the node as {right}");
            }
        }

        Books.Demand(
            held!.Count == truth.Count,
            $"{device.Name} has rows of {scope} that are gone: {string.Join(", ", held.Keys.Except(truth.Keys).Take(3).Select(key => $"{key.Table} {key.Id}"))}");
    }
}
