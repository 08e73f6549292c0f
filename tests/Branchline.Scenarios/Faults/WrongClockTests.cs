namespace Branchline.Scenarios.Faults;

/// <summary>Tills whose clocks are hours off, each in a process of its own.</summary>
public sealed class WrongClockTests
{
    private const string HoursAhead = "7";
    private const string HoursBehind = "-30";

    [Fact]
    public async Task A_till_whose_clock_is_hours_ahead_does_not_win_over_who_comes_later()
    {
        using var day = await BadDay.BeginAsync(1, HoursAhead, "right");
        var (ahead, right, product) = (day.Devices[0], day.Devices[1], day.Shop.ProductIds[0]);
        await day.CheckAsync();
        await day.RestartOfflineAsync(ahead);

        await ahead.PriceAsync(product, 1100);
        day.Line.Node = day.Shop.Node.Address;
        await ahead.SettleAsync();
        await right.SettleAsync();
        await right.PriceAsync(product, 1200);

        await day.CheckAsync();
        await day.EndAsync();
        Assert.Equal(1200, await day.PriceOfAsync(product));
    }

    [Fact]
    public async Task A_till_whose_clock_is_hours_behind_changes_what_it_has_read_even_before_it_meets_the_node_again()
    {
        using var day = await BadDay.BeginAsync(2, HoursBehind, "right");
        var (behind, right, product) = (day.Devices[0], day.Devices[1], day.Shop.ProductIds[0]);
        await right.PriceAsync(product, 1100);
        await day.CheckAsync();
        await day.RestartOfflineAsync(behind);

        await behind.PriceAsync(product, 1200);
        day.Line.Node = day.Shop.Node.Address;

        await day.CheckAsync();
        await day.EndAsync();
        Assert.Equal(1200, await day.PriceOfAsync(product));
    }

    [Fact]
    public async Task What_a_till_changes_twice_offline_is_as_it_was_changed_last_though_its_clock_is_put_back_in_between()
    {
        using var day = await BadDay.BeginAsync(3, HoursAhead);
        var (till, product) = (day.Devices[0], day.Shop.ProductIds[0]);
        await day.CheckAsync();
        await day.RestartOfflineAsync(till);
        await till.PriceAsync(product, 1100);
        await day.RestartOfflineAsync(till, "right");

        await till.PriceAsync(product, 1200);
        day.Line.Node = day.Shop.Node.Address;

        await day.CheckAsync();
        await day.EndAsync();
        Assert.Equal(1200, await day.PriceOfAsync(product));
    }

    [Fact]
    public async Task Tills_with_wrong_clocks_sell_as_others_do()
    {
        using var day = await BadDay.BeginAsync(4, HoursAhead, HoursBehind, "jumping", "right");
        await day.CheckAsync();
        await day.SoldAsync(10);
        await day.RestartOfflineAsync(day.Devices[0]);
        await day.RestartOfflineAsync(day.Devices[1]);
        day.Devices[0].Sell();
        day.Devices[1].Sell();
        await day.SoldAsync(10);
        day.Line.Node = day.Shop.Node.Address;

        await day.CheckAsync();
        await day.EndAsync();
    }
}
