using Branchline.Server;
using Branchline.Server.Store.Backups;
using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Store;

/// <summary>Copies of a database in use: whole, private, few, and put back only by who says so while no node runs.</summary>
public sealed class BackupTests : IDisposable
{
    private static readonly BackupOptions Options = new() { LeaveFree = 0 };

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_backup_is_readable_by_its_owner_only_and_the_oldest_go()
    {
        await using var node = await StartAsync(keep: 2);
        using var admin = node.SignedIn("admin");
        var names = new List<string>();
        for (var made = 0; made < 3; made++)
        {
            var backup = await (await admin.PostAsync("/api/backups", null, TestContext.Current.CancellationToken)).JsonAsync();
            names.Add(backup.GetProperty("name").GetString()!);
            Assert.Equal("manual", backup.GetProperty("reason").GetString());
        }

        Assert.Equal([names[2], names[1]], DatabaseBackups.List(_directory.Path).Select(backup => backup.Name));
        var file = Path.Combine(_directory.Path, "backups", names[2] + ".db");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        }
    }

    [Fact]
    public async Task A_backup_that_was_put_back_has_the_rows_of_then_and_the_log_begins_another_life()
    {
        string epoch, backup;
        var (kept, later) = (NewId.Next(), NewId.Next());
        await using (var node = await StartAsync())
        {
            epoch = node.Services.GetRequiredService<SqliteStore>().Epoch;
            await WriteAsync(node, kept);
            backup = (await node.Services.GetRequiredService<Backups>().TakeAsync("manual", TestContext.Current.CancellationToken)).Name;
            await WriteAsync(node, later);
            Assert.Contains("Another Branchline is running", Assert.Throws<StartRefusedException>(() => DataDirectory.Hold(_directory.Path)).Message, StringComparison.Ordinal);
        }

        string before;
        using (var held = DataDirectory.Hold(_directory.Path))
        {
            before = DatabaseBackups.Restore(held, backup, Options, TimeProvider.System);
        }

        await using var again = await StartAsync();
        Assert.NotNull(await Replication.Chain.RowAsync(again, "products", kept));
        Assert.Null(await Replication.Chain.RowAsync(again, "products", later));
        Assert.NotEqual(epoch, again.Services.GetRequiredService<SqliteStore>().Epoch);
        Assert.Equal([before, backup], DatabaseBackups.List(_directory.Path).Select(one => one.Name));
    }

    [Fact]
    public async Task A_file_that_is_no_database_of_a_node_is_not_put_back()
    {
        await (await StartAsync()).DisposeAsync();
        var (text, empty) = (Path.Combine(_directory.Path, "text.db"), Path.Combine(_directory.Path, "empty.db"));
        await File.WriteAllTextAsync(text, new string('x', 5000), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(empty, [], TestContext.Current.CancellationToken);
        var bytes = await File.ReadAllBytesAsync(_directory.DatabaseFile, TestContext.Current.CancellationToken);
        using var held = DataDirectory.Hold(_directory.Path);

        foreach (var source in new[] { text, empty, "20200101-000000-manual", "../branchline" })
        {
            Assert.Throws<StartRefusedException>(() => DatabaseBackups.Restore(held, source, Options, TimeProvider.System));
        }

        Assert.Equal(bytes, await File.ReadAllBytesAsync(_directory.DatabaseFile, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_database_that_is_damaged_is_moved_aside_and_its_backup_takes_its_place()
    {
        string backup;
        await using (var node = await StartAsync())
        {
            backup = (await node.Services.GetRequiredService<Backups>().TakeAsync("manual", TestContext.Current.CancellationToken)).Name;
        }

        await File.WriteAllTextAsync(_directory.DatabaseFile, new string('x', 5000), TestContext.Current.CancellationToken);
        using (var held = DataDirectory.Hold(_directory.Path))
        {
            var aside = DatabaseBackups.Restore(held, backup, Options, TimeProvider.System);
            Assert.StartsWith("xxx", await File.ReadAllTextAsync(aside, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await (await StartAsync()).DisposeAsync();
    }

    [Fact]
    public async Task On_the_command_line_a_backup_is_made_listed_and_put_back_only_while_no_node_runs()
    {
        string name;
        await using (await StartAsync())
        {
            var made = await Cli.Program.RunAsync("backup", "now", "--data", _directory.Path);
            name = made.Out.Trim();
            var refused = await Cli.Program.RunAsync("restore", name, "--data", _directory.Path);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("Another Branchline is running", refused.Error, StringComparison.Ordinal);
        }

        var restored = await Cli.Program.RunAsync("restore", name, "--data", _directory.Path);
        Assert.True(restored.ExitCode == 0, restored.Error);
        var listed = await Cli.Program.RunAsync("backup", "list", "--data", _directory.Path);
        Assert.Contains(name, listed.Out, StringComparison.Ordinal);
        Assert.Contains("restore", listed.Out, StringComparison.Ordinal);
    }

    private Task<TestNode> StartAsync(int keep = 10) =>
        TestNode.StartAsync(new TestSettings { Directory = _directory.Path, Values = { ["Branchline:Backups:Keep"] = keep.ToString(System.Globalization.CultureInfo.InvariantCulture) } });

    private static Task<Branchline.Protocol.MutationOutcome> WriteAsync(TestNode node, Guid product) =>
        Replication.Chain.WriteAsync(node, "till", Write.Insert("products", product, ("name", Branchline.Protocol.FieldValue.Of("Rice")), ("price", Branchline.Protocol.FieldValue.Of(1))));
}
