using Branchline.Merchant.Demo;

namespace Branchline.Scenarios;

public sealed class CutSeedingTests
{
    [Fact]
    public async Task A_demo_shop_whose_making_was_killed_is_whole_after_the_next_start()
    {
        using var data = new TempDirectory();
        foreach (var milliseconds in new[] { 0, 300, 900 })
        {
            using var cut = RunningNode.Begin("up", data.Path, "--demo");
            await cut.SaysAsync("Making the demo shop");
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
        }

        using (var node = await RunningNode.StartAsync("up", data.Path, "--demo"))
        {
            foreach (var email in Staff.All.Select(member => member.Email))
            {
                Assert.NotEmpty(await node.SignInAsync(email, Staff.Password));
            }
        }

        using var stored = new StoredShop(data.Path);
        Assert.Equal(2, stored.Number("SELECT COUNT(*) FROM branches"));
        Assert.InRange(stored.Number("SELECT COUNT(*) FROM products"), 200, 1000);
        Assert.InRange(stored.Number("SELECT COUNT(*) FROM sales"), 100, 100_000);
        Assert.Equal(stored.Number("SELECT COUNT(*) FROM sales"), stored.Number("SELECT COUNT(DISTINCT receipt_number) FROM sales"));
        Assert.Equal("ok", Assert.Single(stored.Column("PRAGMA integrity_check")));
    }

    [Fact]
    public async Task A_second_start_of_the_demo_makes_nothing_again()
    {
        using var data = new TempDirectory();
        using (await RunningNode.StartAsync("up", data.Path, "--demo"))
        {
        }

        long before;
        using (var stored = new StoredShop(data.Path))
        {
            before = stored.Number("SELECT value FROM _meta WHERE key = 'head'");
        }

        using var again = await RunningNode.StartAsync("up", data.Path, "--demo");

        using var kept = new StoredShop(data.Path);
        Assert.Equal(before, kept.Number("SELECT value FROM _meta WHERE key = 'head'"));
        Assert.DoesNotContain("Making", again.Log, StringComparison.Ordinal);
    }
}
