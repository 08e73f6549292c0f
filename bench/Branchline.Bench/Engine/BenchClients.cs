using Branchline.Client;
using Branchline.Merchant.Demo;
using Branchline.Sqlite;

namespace Branchline.Bench.Engine;

/// <summary>Devices of the second branch's manager, each a client with a file of its own, with a token at hand.</summary>
internal sealed class BenchClients(Seat seat, string folder)
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");
    private static readonly TimeSpan InStepWithin = TimeSpan.FromMinutes(5);

    public Seat Seat => seat;

    public static async Task<BenchClients> OpenAsync(Seat first, BenchRun run) =>
        new(await first.Node.SignInAsync("manager2@demo.shop", DemoShop.BranchId(2)), run.Data);

    public string FileOf(string name) => Path.Combine(folder, name + ".client.db");

    public Task<BranchlineClient> ConnectAsync(string name, int? snapshotRows = null) => OpenAsync(seat.Address, name, snapshotRows);

    /// <summary>The same device where nobody answers.</summary>
    public Task<BranchlineClient> OpenOfflineAsync(string name) => OpenAsync(Nowhere, name, null);

    public async Task<BranchlineClient> InStepAsync(string name)
    {
        var client = await ConnectAsync(name);
        using var late = new CancellationTokenSource(InStepWithin, TimeProvider.System);
        await client.WhenLoadedAsync(late.Token);
        while (!await client.SyncAsync(late.Token))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, late.Token);
        }

        return client;
    }

    /// <summary>How many rows the device's file holds.</summary>
    public long RowsOf(string name)
    {
        using var file = Database.Open(FileOf(name), readOnly: true);
        return file.Number("SELECT count(*) FROM rows");
    }

    public void Remove(string name)
    {
        foreach (var part in (string[])["", "-wal", "-shm", ".lock"])
        {
            File.Delete(FileOf(name) + part);
        }
    }

    private Task<BranchlineClient> OpenAsync(Uri address, string name, int? snapshotRows)
    {
        var options = new ClientOptions { Failed = failure => Console.Error.WriteLine($"{name}: {failure}") };
        options = snapshotRows is { } rows ? new ClientOptions { SnapshotRows = rows, Failed = options.Failed } : options;
        return BranchlineClient.ConnectAsync(address, Credentials.Token(seat.Token), new ClientStore(FileOf(name)), options);
    }
}
