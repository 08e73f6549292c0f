namespace Branchline.Scenarios.Faults;

/// <summary>The disk of a till is full: it says so, loses nothing, and goes on when there is room.</summary>
public sealed class FullTillDiskTests
{
    private const string Refusal = "refused store_unavailable: The store cannot be used: ";
    private const long Room = 200 * 1024;

    [Fact]
    public async Task A_till_whose_disk_is_full_says_so_loses_no_sale_it_has_saved_and_sells_on_when_there_is_room()
    {
        using var disk = Mount.Make("size=1m");
        using var day = await BadDay.BeginAsync(1, "right");
        var till = day.Add("T9", "right", disk.Path);

        await RefusesAndGoesOnAsync(day, till, () => disk.Remount("size=64m"));
    }

    [Fact]
    public async Task A_till_killed_while_its_disk_is_full_loses_no_sale_it_has_saved()
    {
        using var disk = Mount.Make("size=1m");
        using var day = await BadDay.BeginAsync(2, "right");
        var till = day.Add("T9", "right", disk.Path);

        await RefusesAndGoesOnAsync(day, till, () =>
        {
            till.Kill();
            disk.Remount("size=64m");
            day.Start(till);
        });
    }

    [Fact]
    public async Task A_till_whose_quota_is_used_up_is_like_one_whose_disk_is_full()
    {
        using var day = await BadDay.BeginAsync(3, "right");
        var till = day.Add("T9", "right");
        await till.SaysAsync("open");
        await day.CheckAsync();
        if (!till.TryLimitFiles(new FileInfo(till.File + "-wal").Length + Room))
        {
            Assert.Skip("There is no prlimit here: install util-linux to see this one");
        }

        await RefusesAndGoesOnAsync(day, till, () => Assert.True(till.TryLimitFiles(null)));
    }

    private static async Task RefusesAndGoesOnAsync(BadDay day, DeviceProcess till, Action makeRoom)
    {
        foreach (var device in day.Devices)
        {
            device.Sell();
        }

        await till.SaysAsync(Refusal);
        Assert.NotEmpty(till.Saved);
        await day.SoldAsync(10, day.Devices[0]);
        makeRoom();

        await day.SoldAsync(10);
        await day.CheckAsync();
        await day.EndAsync();
        Assert.NotEmpty(till.Refused);
    }
}
