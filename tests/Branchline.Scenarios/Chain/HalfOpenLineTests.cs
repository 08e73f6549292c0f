namespace Branchline.Scenarios.Chain;

/// <summary>
/// A line that is open and carries nothing one way; nobody is told. The branch gives an answer 3 s; in <c>make soak</c> 30 s, as it does by default.
/// </summary>
[Trait("Kind", "soak")]
public sealed class HalfOpenLineTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_branch_that_hears_nothing_any_more_says_so_and_goes_on_by_itself_once_it_hears_again()
    {
        using var office = await CutOffice.OpenAsync();
        using var north = await office.JoinAsync(Soak.IsOn ? [] : ChainBranch.Impatient);
        north.Open(office.Shop.ProductIds[0]);
        await north.SoldAsync(20);
        await Books.SettleAsync(office.Shop, north, "the first sales");

        var since = TimeProvider.System.GetTimestamp();
        office.Cable.LoseFromHere();
        var told = await north.FailedAsync();
        output.WriteLine($"Noticed after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s: {told}");
        Assert.Contains(Soak.IsOn ? "30 s" : "3 s", told, StringComparison.Ordinal);
        await north.SoldAsync(20);
        await (Soak.IsOn ? ContactAsync(office.Shop, "late") : Task.CompletedTask);
        since = TimeProvider.System.GetTimestamp();
        office.Cable.Mend();

        await Books.CloseAsync(office.Shop, north);
        output.WriteLine($"Equal again after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s");
        await ContactAsync(office.Shop, "live");
    }

    /// <summary>Until head office says so of its branch.</summary>
    private static async Task ContactAsync(Shop office, string contact)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while ((await office.SendAsync(HttpMethod.Get, "/api/branches/links"))[0].GetProperty("contact").GetString() != contact)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
        }
    }
}
