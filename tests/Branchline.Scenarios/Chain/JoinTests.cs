using System.Text.Json;

namespace Branchline.Scenarios.Chain;

/// <summary>What <c>branchline join</c> says to whoever sets up a branch.</summary>
public sealed class JoinTests
{
    [Fact]
    public async Task Joining_tells_what_was_loaded_and_does_not_wait_for_rounds_that_are_off()
    {
        using var data = new TempDirectory();
        using var office = await Shop.OpenAsync(data.Path);
        var (north, harbour) = (await TokenAsync(office, "North"), await TokenAsync(office, "Harbour"));

        using var loaded = new TempDirectory();
        using (var branch = await RunningNode.StartAsync("join", loaded.Path, north, "--master-url", office.Node.Address.ToString()))
        {
            Assert.Contains("Tills can sell meanwhile", branch.Log, StringComparison.Ordinal);
            Assert.Matches("Loaded [1-9][0-9]* rows", branch.Log);
        }

        using var empty = new TempDirectory();
        using (var branch = await RunningNode.StartAsync("join", empty.Path, harbour, "--master-url", office.Node.Address.ToString(), "--set", "Branchline:Sync:Enabled=false"))
        {
            Assert.Contains("Rounds are off", branch.Log, StringComparison.Ordinal);
            Assert.DoesNotContain("Loaded", branch.Log, StringComparison.Ordinal);
        }
    }

    private static async Task<string> TokenAsync(Shop office, string name) =>
        (await office.SendAsync(HttpMethod.Post, "/api/branches/links", JsonSerializer.SerializeToUtf8Bytes(new { name }))).GetProperty("token").GetString()!;
}
