using Branchline.Server;

namespace Branchline.Scenarios.Faults;

/// <summary>A shop, or a branch, whose tills are processes at the end of a bad line, and what may be done to it.</summary>
internal sealed class BadDay : IDisposable
{
    private const int FirstStock = 100_000;
    private readonly TempDirectory _files = new();
    private readonly IDisposable[] _owned;

    private BadDay(Shop shop, int seed, params IDisposable[] owned)
    {
        (Shop, _owned) = (shop, owned);
        Line = new BadLine(seed) { Node = shop.Node.Address };
    }

    public Shop Shop { get; }

    public BadLine Line { get; }

    public IReadOnlyList<DeviceProcess> Devices { get; private set; } = [];

    private string Database => DataDirectory.DatabaseFileOf(Shop.Data);

    /// <summary>Opens the shop with a till for each clock; none sells yet.</summary>
    public static async Task<BadDay> BeginAsync(int seed, params string[] clocks)
    {
        var data = new TempDirectory();
        var shop = await Shop.OpenAsync(data.Path);
        return await BeginAsync(new BadDay(shop, seed, shop, data), clocks);
    }

    /// <summary>The same in a shop that is open, and stays so afterwards.</summary>
    public static Task<BadDay> BeginAsync(Shop shop, int seed, params string[] clocks) => BeginAsync(new BadDay(shop, seed), clocks);

    private static async Task<BadDay> BeginAsync(BadDay day, string[] clocks)
    {
        foreach (var product in day.Shop.ProductIds)
        {
            await day.Shop.CreateAsync(
                "inventory_adjustments", new { product_id = product, branch_id = day.Shop.Branch, kind = "in", quantity = FirstStock });
        }

        foreach (var (number, clock) in clocks.Index())
        {
            day.Add($"T{number + 1}", clock);
        }

        return day;
    }

    /// <summary>One more till, whose file lies in <paramref name="directory"/> or beside those of the others.</summary>
    public DeviceProcess Add(string name, string clock, string? directory = null)
    {
        var device = new DeviceProcess(name, directory ?? _files.Path, _files.Path) { Clock = clock };
        device.Start(Line.Address, Shop);
        Devices = [.. Devices, device];
        return device;
    }

    public void Start(DeviceProcess device)
    {
        device.Start(Line.Address, Shop);
        device.Sell();
    }

    /// <summary>Kills a till and starts it where it reaches no node, with another clock where one is named. It does not sell.</summary>
    public async Task RestartOfflineAsync(DeviceProcess device, string? clock = null)
    {
        Line.Node = null;
        device.Kill();
        device.Clock = clock ?? device.Clock;
        device.Start(Line.Address, Shop);
        await device.SaysAsync("open");
    }

    /// <summary>Waits until each of these tills, or every one, has sold so many more.</summary>
    public async Task SoldAsync(int more, params DeviceProcess[] devices)
    {
        var enough = (devices.Length > 0 ? devices : Devices).Select(device => (device, device.Saved.Count + more)).ToArray();
        foreach (var (device, count) in enough)
        {
            await device.SoldAsync(count);
        }
    }

    public async Task<long> PriceOfAsync(Guid product) =>
        (await Shop.SendAsync(HttpMethod.Get, $"/api/products/{product}")).GetProperty("price").GetInt64();

    /// <summary>The name of the log's life.</summary>
    public string Epoch()
    {
        using var stored = new StoredShop(Shop.Data);
        return stored.Column("SELECT value FROM _meta WHERE key = 'epoch'").Single();
    }

    /// <summary>Kills the node; what it had answered for is on its disk.</summary>
    public void KillNode()
    {
        Line.Node = null;
        Shop.Kill();
        Guid[] sent = [.. Devices.SelectMany(device => device.Sent)];
        using var stored = new StoredShop(Shop.Data);
        Assert.Empty(sent.Except(stored.Ids("SELECT id FROM _mutations")));
    }

    public async Task StartNodeAsync()
    {
        await Shop.StartAsync();
        Line.Node = Shop.Node.Address;
    }

    /// <summary>Starts the node and kills it on its way.</summary>
    public async Task BeginNodeAndKillAsync(Task moment)
    {
        using var node = RunningNode.Begin("serve", Shop.Data);
        await moment;
    }

    /// <summary>A copy of the running node's database, as the guide for operators says.</summary>
    public string Copy()
    {
        var copy = Path.Combine(_files.Path, "copy.db");
        File.Delete(copy);
        using var database = Sqlite.Database.Open(Database, readOnly: false);
        database.Execute($"VACUUM INTO '{copy}'");
        return copy;
    }

    /// <summary>Kills the node and puts an older copy in the place of its database.</summary>
    public void KillNodeAndRestore(string copy)
    {
        Line.Node = null;
        Shop.Kill();
        File.Copy(copy, Database, overwrite: true);
        File.Delete(Database + "-wal");
        File.Delete(Database + "-shm");
    }

    /// <summary>Lets all tills come to rest with everything told and read, holds everything to account, and lets them sell on.</summary>
    public async Task CheckAsync()
    {
        await SettleAsync();
        using (var stored = new StoredShop(Shop.Data))
        {
            stored.CheckTheBooks();
            Account.CheckSales(stored, Devices);
        }

        await Account.CheckReplicasAsync(Shop, Devices);
        foreach (var device in Devices)
        {
            device.Sell();
        }
    }

    /// <summary>Compares every row of every till with the node's.</summary>
    public async Task EndAsync()
    {
        await SettleAsync();
        await Account.CompareRowsAsync(Shop, Devices);
    }

    public void Dispose()
    {
        foreach (var device in Devices)
        {
            device.Dispose();
        }

        Line.Dispose();
        Array.ForEach(_owned, one => one.Dispose());
        _files.Dispose();
    }

    /// <summary>Once until everybody has told, and once until everybody has heard.</summary>
    private async Task SettleAsync()
    {
        Line.Heal();
        await Task.WhenAll(Devices.Select(device => device.SettleAsync()));
        await Task.WhenAll(Devices.Select(device => device.SettleAsync()));
    }
}
