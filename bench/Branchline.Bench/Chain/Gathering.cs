using Branchline.Merchant.Demo;
using Branchline.Protocol.Schema;
using Branchline.Server.Replication;
using Branchline.Sqlite;

namespace Branchline.Bench.Chain;

/// <summary>Simulated branches at work at one master, ever more of them.</summary>
internal sealed class Gathering(Shop shop, MasterLine line, BusinessSchema schema) : IDisposable
{
    private readonly List<SimulatedBranch> _branches = [];
    private readonly List<Task> _work = [];
    private readonly CancellationTokenSource _over = new();
    private PushDevice? _office;
    private Guid _product;
    private int _changes;

    public CrowdClock Clock { get; } = new();

    public async Task GrowAsync(int size)
    {
        while (_branches.Count < size)
        {
            var branch = new SimulatedBranch(line, schema, Clock);
            await branch.JoinAsync(shop.Office.Address, await shop.InviteAsync($"Branch {_branches.Count + 1}"));
            _branches.Add(branch);
            _work.Add(branch.FollowAsync(_over.Token));
            _work.Add(branch.SellAsync(_branches.Count * 0.618 % 1, _over.Token));
        }
    }

    /// <summary>Changes the product again and again; answers how often.</summary>
    public async Task<int> ChangeAsync(TimeSpan length, TimeSpan pause)
    {
        await OpenAsync();
        var (count, started) = (0, TimeProvider.System.GetTimestamp());
        for (; TimeProvider.System.GetElapsedTime(started) < length; count++)
        {
            Clock.Sent(++_changes);
            _office!.PushChange(("products", _product), "description", CrowdClock.Word + _changes);
            await Task.Delay(pause, TimeProvider.System);
            if (_work.Find(task => task.IsFaulted) is { } broken)
            {
                await broken;
            }
        }

        return count;
    }

    /// <summary>Everything that was acknowledged is there, once.</summary>
    public async Task EndAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_work.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        using var database = Database.Open(shop.Office.DatabaseFile, readOnly: true);
        using var statement = database.PrepareOnce("SELECT id FROM clients WHERE name = 'Client' AND city = 'Berlin'");
        var stored = new HashSet<Guid>();
        while (statement.Step())
        {
            stored.Add(Guid.Parse(statement.Text(0)));
        }

        Guid[] acknowledged = [.. _branches.SelectMany(branch => branch.Acknowledged)];
        _ = stored.SetEquals(acknowledged) ? 0 : throw new InvalidOperationException($"{acknowledged.Length} rows were acknowledged and {stored.Count} are stored");
        Console.WriteLine($"{acknowledged.Length:N0} rows of branches acknowledged, each stored once.");
    }

    public void Dispose()
    {
        _office?.Dispose();
        _over.Dispose();
    }

    private async Task OpenAsync()
    {
        if (_office is null)
        {
            var seat = await shop.Office.Process.SignInAsync("manager@demo.shop", DemoShop.BranchId(1));
            _office = new PushDevice(seat, "office-crowd");
            _product = _office.PushRows("products", 1, _ => """{"name":"Told to all","price":100}""")[0];
        }
    }
}
