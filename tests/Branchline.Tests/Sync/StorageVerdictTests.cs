using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Tests.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Sync;

public sealed class StorageVerdictTests
{
    [Fact]
    public async Task What_a_device_says_of_its_disk_is_shown_and_outlives_the_node()
    {
        var directory = Directory.CreateTempSubdirectory("branchline-");
        try
        {
            await using (var node = await TestNode.StartAsync(new TestSettings { Directory = directory.FullName }))
            {
                await SetUpAsync(node);
                await PullAsync(node, "best_effort");
                Assert.Equal("best_effort", await ShownAsync(node));
                await PullAsync(node, "private");
                Assert.Equal("private", await ShownAsync(node));
                await node.Services.GetRequiredService<Compaction>().RunAsync(TestContext.Current.CancellationToken);
            }

            await using var again = await TestNode.StartAsync(new TestSettings { Directory = directory.FullName });
            Assert.Equal("private", await ShownAsync(again));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Another_word_is_refused()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.SignedIn("manager");

        using var answer = await client.PostAsJsonAsync("/sync/pull", new { device = "till-1", cursors = new { }, storage = "granite" }, TestContext.Current.CancellationToken);

        await answer.MustRefuseAsync(HttpStatusCode.BadRequest, ErrorCodes.ParameterInvalid);
    }

    private static Task<MutationOutcome.Applied> SetUpAsync(TestNode node) => new TestDevice(node.SignedIn("manager"), "office").ApplyAsync(
        Write.Insert("products", NewId.Next(), ("name", FieldValue.Of("Rice")), ("price", FieldValue.Of(1250))));

    private static async Task PullAsync(TestNode node, string storage)
    {
        using var client = node.SignedIn("manager");
        var device = new TestDevice(client, "till-1");
        var cursors = new Dictionary<string, Cursor?> { ["everyone"] = new((await device.PullAsync([])).Epoch, 1) };
        using var answer = await client.PostAsJsonAsync("/sync/pull", new PullRequest(device.Id, cursors) { Storage = storage }, ProtocolJson.Default.PullRequest);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string?> ShownAsync(TestNode node)
    {
        using var client = node.SignedIn("admin");
        var status = await client.GetFromJsonAsync<JsonElement>("/api/sync/status", TestContext.Current.CancellationToken);
        return status.GetProperty("devices").EnumerateArray().Single(device => device.GetProperty("id").GetString() == "till-1").GetProperty("storage").GetString();
    }
}
