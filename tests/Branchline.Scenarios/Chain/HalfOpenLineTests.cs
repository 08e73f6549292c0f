namespace Branchline.Scenarios.Chain;

/// <summary>
/// A line that is open and carries nothing one way; nobody is told. The branch gives an answer 3 s; in <c>make soak</c> 30 s, as it does by default.
/// </summary>
[Trait("Kind", "soak")]
public sealed class HalfOpenLineTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_branch_whose_line_has_fallen_silent_says_so_and_goes_on_by_itself_once_it_is_good_again()
    {
        using var office = await CutOffice.OpenAsync();
        using var north = await office.JoinAsync(Soak.IsOn ? [] : ChainBranch.Impatient);
        north.Open(office.Shop.ProductIds[0]);
        foreach (var lose in (Action[])[office.Cable.LoseFromHere, office.Cable.LoseFromThere])
        {
            await north.SoldAsync(20);
            await Books.SettleAsync(office.Shop, north, "a good line");
            await north.FineAsync();

            Assert.Contains(Soak.IsOn ? "30 s" : "3 s", await SilenceAsync(office, north, lose), StringComparison.Ordinal);
            await north.SoldAsync(20);
            office.Cable.Mend();
        }

        await Books.CloseAsync(office.Shop, north);
        if (Soak.IsOn)
        {
            await BeIdleAsync(office, north);
        }
    }

    /// <summary>Nobody sells: that there are no news either is noticed by a question for news that is never answered. And head office misses its branch.</summary>
    private async Task BeIdleAsync(CutOffice office, ChainBranch north)
    {
        await SilenceAsync(office, north, office.Cable.LoseFromHere);
        await ContactAsync(office.Shop, "late");
        office.Cable.Mend();
        await north.IdleAsync();
        await ContactAsync(office.Shop, "live");
    }

    /// <summary>What the branch says once it has noticed.</summary>
    private async Task<string> SilenceAsync(CutOffice office, ChainBranch north, Action lose)
    {
        var since = TimeProvider.System.GetTimestamp();
        lose();
        var told = await north.FailedAsync();
        output.WriteLine($"Noticed after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s: {told}");
        return told;
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
