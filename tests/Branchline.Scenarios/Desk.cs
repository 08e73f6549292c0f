namespace Branchline.Scenarios;

/// <summary>Somebody who enters clients over REST, each with a key of its own, and tries again until it is answered.</summary>
internal sealed class Desk(Shop shop, string name)
{
    private int _count;

    /// <summary>Names of the acknowledged clients by id.</summary>
    public Dictionary<Guid, string> Acknowledged { get; } = [];

    public async Task EnterUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var client = $"{name} {++_count}";
            var saved = await shop.CreateAsync("clients", new { name = client, branch_id = shop.Branch }, key: client.Replace(' ', '-'));
            Acknowledged.Add(saved.GetProperty("id").GetGuid(), client);
        }
    }
}
