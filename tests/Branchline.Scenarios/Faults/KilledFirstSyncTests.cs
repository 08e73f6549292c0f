using System.Text.Json;

namespace Branchline.Scenarios.Faults;

/// <summary>A device whose program is killed again and again while it takes everything for the first time.</summary>
public sealed class KilledFirstSyncTests
{
    private const int Clients = 20_000;
    private const int Together = 1000;
    private const int Kills = 12;

    [Fact]
    public async Task Wherever_it_is_killed_no_scope_is_half_there_with_a_cursor_and_in_the_end_all_is_there()
    {
        using var data = new TempDirectory();
        using var own = new TempDirectory();
        using var shop = await Shop.OpenAsync(data.Path);
        for (var done = 0; done < Clients; done += Together)
        {
            await shop.CreateAsync("clients", Enumerable.Range(done, Together).Select(number => new { name = $"Client {number}", branch_id = shop.Branch }));
        }

        using var device = new DeviceProcess("T1", own.Path, own.Path) { Clock = "right" };
        var wasCutShort = false;
        for (var kill = 0; kill < Kills; kill++)
        {
            device.Start(shop.Node.Address, shop);
            await device.SaysAsync("open");
            await Task.Delay(TimeSpan.FromMilliseconds(40 * kill), TimeProvider.System);
            device.Kill();
            wasCutShort |= MustBeWholeOrWithoutCursor(device.File, shop.Scope);
        }

        device.Start(shop.Node.Address, shop);
        await device.SaysAsync("open");
        await device.SettleAsync();
        device.Kill();

        Assert.True(wasCutShort);
        using var stored = new StoredDevice(device.File);
        Assert.Equal(await ChecksumAsync(shop, CursorOf(device.File, shop.Scope)!), stored.Checksum(shop.Scope));
        Assert.Empty(Directory.GetFiles(own.Path, "*.ready*"));
        Assert.DoesNotContain("failed", device.Said, StringComparison.Ordinal);
    }

    /// <summary>True when it is not there yet.</summary>
    private static bool MustBeWholeOrWithoutCursor(string file, string scope)
    {
        if (CursorOf(file, scope) is null)
        {
            return true;
        }

        using var database = Database.Open(file, readOnly: true);
        Assert.Equal(Clients, database.Number("SELECT COUNT(*) FROM rows JOIN tables ON tables.no = tbl WHERE name = 'clients'"));
        return false;
    }

    private static string? CursorOf(string file, string scope)
    {
        using var database = Database.Open(file, readOnly: true);
        return database.Scalar($"SELECT cursor FROM scopes WHERE name = '{scope}'");
    }

    private static async Task<string> ChecksumAsync(Shop shop, string cursor)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(new { device = "looker", cursors = new Dictionary<string, string> { [shop.Scope] = cursor } });
        var reply = await shop.SendAsync(HttpMethod.Post, "/sync/pull", request);
        return reply.GetProperty("pages")[0].GetProperty("checksum").GetString()!;
    }
}
