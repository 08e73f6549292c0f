using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Gateway.Cases;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Store;

public sealed class OlderFileTests
{
    private const string Older = """
        CREATE TABLE _mutations (
          device TEXT NOT NULL, n INTEGER NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,
          outcome TEXT, digest TEXT, PRIMARY KEY (device, n)) WITHOUT ROWID;
        CREATE TABLE _tray (
          id INTEGER PRIMARY KEY AUTOINCREMENT, mutation TEXT NOT NULL, device TEXT NOT NULL, n INTEGER NOT NULL,
          user_id TEXT NOT NULL, received_at TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
          tbl TEXT, field TEXT, remedy TEXT, payload TEXT NOT NULL);
        CREATE TABLE _conflicts (
          id INTEGER PRIMARY KEY AUTOINCREMENT, tbl TEXT NOT NULL, row TEXT NOT NULL, field TEXT NOT NULL,
          policy TEXT NOT NULL, kept TEXT NOT NULL, kept_at TEXT NOT NULL, lost TEXT NOT NULL, lost_at TEXT NOT NULL,
          is_open INTEGER NOT NULL, found_at TEXT NOT NULL);
        CREATE TABLE _flags (
          id INTEGER PRIMARY KEY AUTOINCREMENT, tbl TEXT NOT NULL, row TEXT NOT NULL, field TEXT,
          code TEXT NOT NULL, reason TEXT NOT NULL, mutation TEXT NOT NULL, found_at TEXT NOT NULL);
        INSERT INTO _tray (mutation, device, n, user_id, received_at, code, reason, payload) VALUES
          ('0193f0a1-0000-7000-8000-000000000001', 'till-1', 1, 'somebody', '2026-01-02T08:00:00.000Z', 'unknown_field', 'No such field',
           '{"device":"till-1","n":1,"id":"0193f0a1-0000-7000-8000-000000000001","at":"0193f0a100000000-till-1","base":null,"writes":[{"table":"categories","id":"0193f0a1-0000-7000-8000-000000000002","kind":"insert","fields":{"name":"Grain"}}]}');
        INSERT INTO _conflicts (tbl, row, field, policy, kept, kept_at, lost, lost_at, is_open, found_at) VALUES
          ('products', '0193f0a1-0000-7000-8000-000000000003', 'price', 'LastWriter', '2', '0193f0a100010000-till-1', '1', '0193f0a100000000-till-2', 0, '2026-01-02T08:00:00.000Z');
        INSERT INTO _flags (tbl, row, field, code, reason, mutation, found_at) VALUES
          ('products', '0193f0a1-0000-7000-8000-000000000003', 'sku', 'unique_clash', 'Another row', '0193f0a1-0000-7000-8000-000000000001', '2026-01-02T08:00:00.000Z');
        """;

    [Fact]
    public async Task What_an_older_program_kept_is_listed_and_settled_and_it_starts_again()
    {
        using var directory = new TempDirectory();
        using (var database = Database.Open(directory.DatabaseFile, readOnly: false))
        {
            database.Execute(Older);
        }

        await using (var node = await TestNode.StartAsync(new TestSettings { Directory = directory.Path }))
        {
            using var desk = new Desk(node.SignedIn("admin"));
            Assert.Equal("till-2", (await desk.ListAsync("/api/conflicts"))[0].GetProperty("lost").GetProperty("device").GetString());
            Assert.Single(await desk.ListAsync("/api/flags"));
            Assert.Equal("applied", (await desk.PostAsync("/api/tray/1/resend")).GetProperty("outcome").GetProperty("kind").GetString());
            Assert.Equal("cleared", (await desk.PostAsync("/api/flags/1/clear")).GetProperty("state").GetString());
        }

        await using var again = await TestNode.StartAsync(new TestSettings { Directory = directory.Path });
        using var later = new Desk(again.SignedIn("admin"));
        Assert.Equal("resolved", (await later.GetAsync("/api/tray/1")).GetProperty("state").GetString());
        Assert.Single(await new TestDevice(again.SignedIn("manager"), "till-3").ChangesAsync("everyone"));
    }
}
