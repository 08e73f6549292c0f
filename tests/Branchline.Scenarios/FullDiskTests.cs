using System.Net;
using System.Text.Json;

namespace Branchline.Scenarios;

public sealed class FullDiskTests
{
    private const int MostWrites = 2000;
    private const int RowsPerWrite = 10;
    private const long Quota = 4 * 1024 * 1024;

    [Fact]
    public async Task A_full_disk_stops_writing_but_not_reading_and_nothing_acknowledged_is_lost()
    {
        using var disk = Mount.Make("size=8m");
        using var shop = await Shop.OpenAsync(disk.Path);

        await StopsAndGoesOnAsync(shop, () => FillAsync(disk.Path), () => disk.Remount("size=64m"));
    }

    [Fact]
    public async Task A_quota_that_is_used_up_is_like_a_full_disk()
    {
        using var data = new TempDirectory();
        using var shop = await Shop.OpenAsync(data.Path);
        if (!shop.Node.TryLimitFiles(Quota))
        {
            Assert.Skip("There is no prlimit here: install util-linux to see this one");
        }

        await StopsAndGoesOnAsync(shop, () => Task.CompletedTask, () => Assert.True(shop.Node.TryLimitFiles(null)));
    }

    private static async Task StopsAndGoesOnAsync(Shop shop, Func<Task> takeTheRest, Action makeRoom)
    {
        var acknowledged = new List<string>();

        var refused = await WriteUntilRefusedAsync(shop, acknowledged);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains("\"code\":\"store_unavailable\"", refused.Text, StringComparison.Ordinal);
        Assert.NotEmpty(acknowledged);
        await MustSayAsync(shop, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(acknowledged.Count, await CountReadableAsync(shop, acknowledged));
        await takeTheRest();
        await SmallWritesStopAsync(shop, acknowledged);

        makeRoom();

        await MustSayAsync(shop, HttpStatusCode.OK);
        string[] after = ["after"];
        var (status, text) = await WriteAsync(shop, after);
        Assert.True(status == HttpStatusCode.Created, text);
        acknowledged.AddRange(after);
        await MustSayAsync(shop, HttpStatusCode.OK);

        await shop.KillAndStartAsync();
        using var stored = new StoredShop(shop.Data);
        Assert.Equal(acknowledged.Order(), stored.Column("SELECT name FROM clients").Order());
        stored.CheckTheBooks();
    }

    /// <summary>Takes what room is left.</summary>
    private static async Task FillAsync(string directory)
    {
        await using var filler = new FileStream(Path.Combine(directory, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                await filler.WriteAsync(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task MustSayAsync(Shop shop, HttpStatusCode status)
    {
        using var health = await shop.TrySendAsync(HttpMethod.Get, "/health");
        Assert.Equal(status, health.StatusCode);
    }

    /// <summary>Small writes still fit into what a refused one left of the write-ahead log; when they do not, the node says so.</summary>
    private static async Task SmallWritesStopAsync(Shop shop, List<string> acknowledged)
    {
        for (var number = 1; number <= MostWrites; number++)
        {
            string[] name = [$"small {number}"];
            if ((await WriteAsync(shop, name)).Status == HttpStatusCode.Created)
            {
                acknowledged.AddRange(name);
                continue;
            }

            await MustSayAsync(shop, HttpStatusCode.ServiceUnavailable);
            return;
        }

        Assert.Fail("Small writes never stopped");
    }

    private static async Task<(HttpStatusCode Status, string Text)> WriteUntilRefusedAsync(Shop shop, List<string> acknowledged)
    {
        for (var number = 1; number <= MostWrites; number++)
        {
            string[] names = [.. Enumerable.Range(1, RowsPerWrite).Select(row => $"client {number}.{row}")];
            var (status, text) = await WriteAsync(shop, names);
            if (status != HttpStatusCode.Created)
            {
                return (status, text);
            }

            acknowledged.AddRange(names);
        }

        throw new InvalidOperationException("The disk did not become full");
    }

    private static async Task<(HttpStatusCode Status, string Text)> WriteAsync(Shop shop, string[] names)
    {
        var rows = names.Select(name => new { name, branch_id = shop.Branch, note = new string('x', 1900) });
        using var answer = await shop.TrySendAsync(HttpMethod.Post, "/api/clients", Shop.Json(JsonSerializer.SerializeToUtf8Bytes(rows)));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<int> CountReadableAsync(Shop shop, List<string> names)
    {
        var rows = await shop.SendAsync(HttpMethod.Get, "/api/clients?limit=5000&fields=name");
        return rows.EnumerateArray().Count(row => names.Contains(row.GetProperty("name").GetString()!));
    }
}
