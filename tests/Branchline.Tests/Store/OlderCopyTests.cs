using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Store;

/// <summary>An operator puts a copy of the database in its place; docs/decisions/0011.</summary>
public sealed class OlderCopyTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Each_time_that_a_copy_comes_back_the_log_begins_another_life()
    {
        var first = await LiveAsync(write: true);
        File.Copy(_directory.DatabaseFile, _directory.DatabaseFile + ".copy");
        Assert.Equal(first, await LiveAsync(write: true));

        PutBack();
        var second = await LiveAsync(write: true);
        PutBack();
        var third = await LiveAsync(write: false);

        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.Equal(third, await LiveAsync(write: true));
    }

    [Fact]
    public async Task A_database_without_its_mark_goes_on()
    {
        var first = await LiveAsync(write: true);
        File.Delete(_directory.DatabaseFile + "-head");
        Assert.Equal(first, await LiveAsync(write: true));
    }

    /// <summary>One run of a node; the epoch in which its log went on.</summary>
    private async Task<string> LiveAsync(bool write)
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Directory = _directory.Path });
        if (write)
        {
            await new TestDevice(node.SignedIn("manager"), $"till-{NewId.Next()}").ApplyAsync(
                Write.Insert("products", NewId.Next(), ("name", FieldValue.Of("Rice")), ("price", FieldValue.Of(1))));
        }

        return node.Services.GetRequiredService<SqliteStore>().Epoch;
    }

    private void PutBack()
    {
        File.Delete(_directory.DatabaseFile + "-wal");
        File.Delete(_directory.DatabaseFile + "-shm");
        File.Copy(_directory.DatabaseFile + ".copy", _directory.DatabaseFile, overwrite: true);
    }
}
