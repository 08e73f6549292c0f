namespace Branchline.Scenarios.Chain;

/// <summary>Holds a branch and head office to what the branch's clerk was told, and to one another.</summary>
internal static class Books
{
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    /// <summary>Until head office has every sale that was answered for, and both sides have the same prices and sums. The clerk may go on selling.</summary>
    public static async Task SettleAsync(Shop office, ChainBranch branch, string when)
    {
        using var late = new CancellationTokenSource(SettlesWithin);
        Guid[] sold = [.. branch.Sold];
        while (Find(office, branch, sold) is { } wrong)
        {
            if (late.IsCancellationRequested)
            {
                var status = await branch.StatusAsync();
                Assert.Fail($"After {when}: {wrong}\n{status}\nBranch: {branch.Log}\nOffice: {office.Node.Log}");
            }

            await Task.Delay(Again, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>
    /// Until nothing waits, and then: both sides have the same rows by the checksums that each tells its devices, every sale that was answered for is among
    /// them once, and nothing had to be loaded anew to make it so. Nobody sells any longer.
    /// </summary>
    public static async Task CloseAsync(Shop office, ChainBranch branch)
    {
        await branch.CloseAsync();
        await SettleAsync(office, branch, "the end");
        await EqualAsync(office, branch);
        using var above = new StoredShop(office.Data);
        using var below = new StoredShop(branch.Data);
        Assert.Equal(below.Ids(SalesOf(branch)).Order(), above.Ids(SalesOf(branch)).Order());
    }

    /// <summary>Until nothing waits and every scope of the branch has the same checksum on both sides.</summary>
    public static async Task EqualAsync(Shop office, ChainBranch branch)
    {
        using var late = new CancellationTokenSource(SettlesWithin);
        foreach (var scope in (string[])["everyone", branch.Shop.Scope])
        {
            string above, below;
            do
            {
                await branch.IdleAsync();
                (above, below) = (await Replica.ChecksumAsync(office, scope), await Replica.ChecksumAsync(branch.Shop, scope));
                Assert.False(above != below && late.IsCancellationRequested, $"The rows of {scope} differ\nBranch: {branch.Log}\nOffice: {office.Node.Log}");
            }
            while (above != below);
        }

        Assert.False(branch.Log.Contains("they are loaded anew", StringComparison.Ordinal), branch.Log);
    }

    private static string SalesOf(ChainBranch branch) => $"SELECT id FROM inventory_adjustments WHERE branch_id = '{branch.Id}' AND kind = 'sale'";

    /// <summary>What is not as it should be, or null. The clerks go on selling, so only what was answered for by then counts.</summary>
    private static string? Find(Shop office, ChainBranch branch, Guid[] sold)
    {
        using var above = new StoredShop(office.Data);
        using var below = new StoredShop(branch.Data);
        if (sold.Except(above.Ids(SalesOf(branch))).ToArray() is { Length: > 0 } lost)
        {
            return $"{lost.Length} of {sold.Length} sales are not at head office";
        }

        if (sold.Except(below.Ids(SalesOf(branch))).ToArray() is { Length: > 0 } gone)
        {
            return $"{gone.Length} of {sold.Length} sales are not in the branch";
        }

        const string Prices = "SELECT id || price FROM products ORDER BY id";
        return !above.Column(Prices).SequenceEqual(below.Column(Prices)) ? "Prices differ" : SumsOf(above, branch) ?? SumsOf(below, branch);
    }

    private static string? SumsOf(StoredShop stored, ChainBranch branch)
    {
        return stored.Column($"""
            SELECT i.id || ': ' || i.quantity || ' is not ' || (SELECT SUM(quantity) FROM inventory_adjustments a WHERE a.product_id = i.product_id AND a.branch_id = i.branch_id)
            FROM inventories i WHERE i.branch_id = '{branch.Id}'
              AND i.quantity <> (SELECT SUM(quantity) FROM inventory_adjustments a WHERE a.product_id = i.product_id AND a.branch_id = i.branch_id)
            """) is [var wrong, ..] ? wrong : null;
    }
}
