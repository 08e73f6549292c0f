namespace Branchline.Scenarios;

public sealed class KilledUnderLoadTests
{
    private const int Kills = 20;
    private const int Tills = 4;
    private const int Desks = 2;
    private const int MostAnswersBetweenKills = 200;

    [Fact]
    public async Task A_node_killed_twenty_times_under_load_has_every_acknowledged_write_once()
    {
        using var data = new TempDirectory();
        using var shop = await Shop.OpenAsync(data.Path);
        var early = new Replica(shop, shop.Scope);
        await early.ReadSnapshotAsync();
        Till[] tills = [.. Enumerable.Range(1, Tills).Select(number => new Till(shop, $"till-{number}", number))];
        Desk[] desks = [.. Enumerable.Range(1, Desks).Select(number => new Desk(shop, $"desk {number}"))];

        using (var closing = new CancellationTokenSource())
        {
            var work = Task.WhenAll([.. tills.Select(till => till.SellUntilAsync(closing.Token)), .. desks.Select(desk => desk.EnterUntilAsync(closing.Token))]);
            var random = new Random(1);
            for (var kill = 0; kill < Kills; kill++)
            {
                await shop.AnswersAsync(random.Next(1, MostAnswersBetweenKills));
                await shop.KillAndStartAsync();
            }

            await closing.CancelAsync();
            await work.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await CheckReplicasAsync(shop, early);
        using var stored = new StoredShop(data.Path);
        CheckRows(stored, tills, desks);
        stored.CheckTheBooks();
    }

    private static void CheckRows(StoredShop stored, Till[] tills, Desk[] desks)
    {
        var moves = tills.SelectMany(till => till.Acknowledged).ToDictionary();
        Assert.Equal(moves.Keys.Order(), stored.Ids("SELECT id FROM inventory_adjustments").Order());
        Assert.Equal(
            tills.SelectMany(till => till.Mutations).Order(), stored.Ids("SELECT id FROM _mutations WHERE device LIKE 'till-%'").Order());
        foreach (var product in moves.Values.GroupBy(move => move.Product))
        {
            Assert.Equal(product.Sum(move => move.Quantity), stored.Number($"SELECT quantity FROM inventories WHERE product_id = '{product.Key}'"));
        }

        var clients = desks.SelectMany(desk => desk.Acknowledged).ToDictionary();
        Assert.Equal(clients.Keys.Order(), stored.Ids("SELECT id FROM clients").Order());
        Assert.Equal(clients.Values.Order(), stored.Column("SELECT name FROM clients").Order());
        Assert.True(moves.Count > Kills && clients.Count > Kills, $"Only {moves.Count} moves and {clients.Count} clients: that was no load");
    }

    /// <summary>A device that followed through all the kills, one that reads everything from the feed, and one that comes afterwards agree.</summary>
    private static async Task CheckReplicasAsync(Shop shop, Replica early)
    {
        var (fromFeed, late) = (new Replica(shop, shop.Scope), new Replica(shop, shop.Scope));
        await early.FollowAsync();
        await fromFeed.FollowAsync();
        await late.ReadSnapshotAsync();
        Assert.NotEmpty(late.Rows);
        Assert.Equal(late.Rows, early.Rows);
        Assert.Equal(late.Rows, fromFeed.Rows);
    }
}
