using System.Text.Json;

namespace Branchline.Scenarios.Chain;

/// <summary>A disk that is full on either side of the line: the other side goes on, the status says why, and nothing is lost once there is room.</summary>
public sealed class FullDiskBranchTests
{
    private const long Quota = 4 * 1024 * 1024;
    private const int Batch = 50;

    [Fact]
    public async Task While_the_disk_of_a_branch_is_full_its_status_says_so_and_it_catches_up_when_there_is_room()
    {
        using var data = new TempDirectory();
        using var office = await Shop.OpenAsync(data.Path);
        using var north = await ChainBranch.JoinAsync(office, "North", 1);
        Limit(north.TryLimitFiles(Quota));
        var made = new List<string>();
        for (var batch = 0; batch < 40; batch++)
        {
            var rows = Enumerable.Range(0, Batch).Select(number => new { id = Shop.Ids.Next(), name = $"Product {batch}.{number}", price = 100, description = new string('x', 1900) }).ToArray();
            await office.SendAsync(HttpMethod.Post, "/api/products", JsonSerializer.SerializeToUtf8Bytes(rows));
            made.AddRange(rows.Select(row => row.id.ToString()));
        }

        var failed = await north.UntilAsync(status => status.GetProperty("status").GetString() == "failed");
        Assert.True(failed.GetProperty("retryCount").GetInt32() > 0);
        Assert.True(north.TryLimitFiles(null));
        await north.FineAsync();

        await EqualAsync(office, north, "SELECT id FROM products ORDER BY id");
        using var below = new StoredShop(north.Data);
        Assert.Empty(made.Except(below.Column("SELECT id FROM products")));
    }

    [Fact]
    public async Task While_the_disk_of_head_office_is_full_the_branch_sells_on_and_all_of_it_arrives_once_when_there_is_room()
    {
        using var data = new TempDirectory();
        using var office = await Shop.OpenAsync(data.Path);
        using var north = await ChainBranch.JoinAsync(office, "North", 1);
        Limit(office.Node.TryLimitFiles(Quota));
        var made = new List<Guid>();
        for (var batch = 0; batch < 40; batch++)
        {
            var rows = Enumerable.Range(0, Batch).Select(number => new { id = Shop.Ids.Next(), name = $"Client {batch}.{number}", branch_id = north.Id, note = new string('x', 1900) }).ToArray();
            Assert.True(await north.TryCreateAsync("clients", rows));
            made.AddRange(rows.Select(row => row.id));
        }

        await north.UntilAsync(status => status.GetProperty("status").GetString() == "failed");
        Assert.True(office.Node.TryLimitFiles(null));
        await north.IdleAsync();

        await EqualAsync(office, north, "SELECT id FROM clients ORDER BY id");
        using var above = new StoredShop(office.Data);
        Assert.Equal(made.Order(), above.Ids("SELECT id FROM clients").Order());
    }

    private static void Limit(bool could)
    {
        if (!could)
        {
            Assert.Skip("There is no prlimit here: install util-linux to see this one");
        }
    }

    // The last page may be on its way when the status is fine.
    private static async Task EqualAsync(Shop office, ChainBranch north, string rows)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var above = new StoredShop(office.Data);
            using var below = new StoredShop(north.Data);
            if (above.Column(rows).SequenceEqual(below.Column(rows)))
            {
                return;
            }

            late.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }
}
