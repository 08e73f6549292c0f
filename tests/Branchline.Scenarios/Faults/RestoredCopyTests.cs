namespace Branchline.Scenarios.Faults;

/// <summary>The node's database is put back by hours while the tills go on.</summary>
public sealed class RestoredCopyTests
{
    private const int SalesSinceTheCopy = 40;

    [Fact]
    public async Task What_an_older_copy_of_the_database_lacks_the_tills_hand_over_again_and_no_sale_counts_twice()
    {
        using var day = await BadDay.BeginAsync(1, "right", "right", "jumping");
        var away = day.Devices[2];
        await day.CheckAsync();
        await day.SoldAsync(SalesSinceTheCopy);
        var copy = day.Copy();
        var before = day.Epoch();

        // One has told all and is away when it happens; the others are in the middle of it, and go on with no node.
        await day.SoldAsync(SalesSinceTheCopy);
        await away.SettleAsync();
        away.Kill();
        await day.SoldAsync(SalesSinceTheCopy, day.Devices[0], day.Devices[1]);
        day.KillNodeAndRestore(copy);
        await day.SoldAsync(SalesSinceTheCopy, day.Devices[0], day.Devices[1]);
        await day.StartNodeAsync();
        await day.SoldAsync(SalesSinceTheCopy, day.Devices[0], day.Devices[1]);
        day.Start(away);

        await day.CheckAsync();
        await day.EndAsync();
        Assert.NotEqual(before, day.Epoch());
    }

    [Fact]
    public async Task A_database_put_back_twice_loses_nothing()
    {
        using var day = await BadDay.BeginAsync(2, "right", "right");
        await day.CheckAsync();
        var copy = day.Copy();
        for (var time = 0; time < 2; time++)
        {
            await day.SoldAsync(SalesSinceTheCopy);
            day.KillNodeAndRestore(copy);
            await day.StartNodeAsync();
        }

        await day.CheckAsync();
        await day.EndAsync();
    }
}
