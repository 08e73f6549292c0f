using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Merchant;

/// <summary>Looks into the node's own tables.</summary>
internal static class Cases
{
    public static async Task<long> CountAsync(TestNode node, string table)
    {
        using var lease = await node.Services.GetRequiredService<SqliteStore>().ReaderPool.RentAsync(TestContext.Current.CancellationToken);
        var statement = lease.Database.Prepare("SELECT count(*) FROM " + table);
        statement.Step();
        var count = statement.Integer(0);
        statement.Reset();
        return count;
    }

    /// <summary>The codes of everything that was accepted and needs attention, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> FlagsAsync(TestNode node)
    {
        using var lease = await node.Services.GetRequiredService<SqliteStore>().ReaderPool.RentAsync(TestContext.Current.CancellationToken);
        var statement = lease.Database.Prepare("SELECT code FROM _flags ORDER BY id");
        var codes = new List<string>();
        while (statement.Step())
        {
            codes.Add(statement.Text(0));
        }

        statement.Reset();
        return codes;
    }
}
