using System.Net.Http.Headers;
using System.Text.Json;
using Branchline.Protocol.Schema;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>Somebody who carries files between a branch and head office.</summary>
internal static class Courier
{
    /// <summary>What the node exports; with a branch's name the answer for it.</summary>
    public static async Task<byte[]> ExportAsync(TestNode node, string query = "")
    {
        using var answer = await AskAsync(node, query);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<HttpResponseMessage> AskAsync(TestNode node, string query = "")
    {
        using var admin = node.SignedIn("admin");
        return await admin.PostAsync("/api/sync/export" + query, null, TestContext.Current.CancellationToken);
    }

    public static async Task<HttpResponseMessage> TryImportAsync(TestNode node, byte[] file)
    {
        using var admin = node.SignedIn("admin");
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await admin.PostAsync("/api/sync/import", content, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonElement> ImportAsync(TestNode node, byte[] file)
    {
        using var answer = await TryImportAsync(node, file);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await answer.JsonAsync();
    }

    /// <summary>There and back again: what came of it in the branch.</summary>
    public static async Task<JsonElement> CarryAsync(Chain chain, ChainBranch branch, string name)
    {
        await ImportAsync(chain.Master, await ExportAsync(branch.Node));
        return await ImportAsync(branch.Node, await ExportAsync(chain.Master, $"?branch={name}"));
    }

    /// <summary>Both nodes have the same rows in every scope of the branch, by their checksums.</summary>
    public static async Task MustAgreeAsync(Chain chain, ChainBranch branch)
    {
        foreach (var scope in branch.Node.Services.GetRequiredService<Masters>().All[0].Scopes)
        {
            Assert.Equal(await SumAsync(chain.Master, scope), await SumAsync(branch.Node, scope));
        }
    }

    private static Task<string> SumAsync(TestNode node, string scope) =>
        node.Services.GetRequiredService<BranchFeed>().ReadSumAsync(
            scope, [.. node.Services.GetRequiredService<BusinessSchema>().Tables.Keys.Order(StringComparer.Ordinal)], TestContext.Current.CancellationToken);
}
