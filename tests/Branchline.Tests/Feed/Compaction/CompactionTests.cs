using Branchline.Protocol;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Feed.Events;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Feed.Compaction;

public sealed class CompactionTests
{
    [Fact]
    public async Task What_was_written_to_a_row_stays_as_it_was_written_for_a_set_time_and_becomes_one_change_then()
    {
        await using var node = await NotesNode.StartAsync();
        var note = await node.AddAsync("north", "first");
        await node.ChangeAsync(note, "count", FieldValue.Of(1));
        await node.ChangeAsync(note, "text", FieldValue.Of("second"));

        await node.CompactAsync(days: 29);
        Assert.Equal(3, await node.AskAsync("SELECT COUNT(*) FROM _log"));
        await node.CompactAsync(days: 2);
        Assert.Equal(1, await node.AskAsync("SELECT COUNT(*) FROM _log"));

        var reader = NotesReader.From(node, 0);
        await reader.ReadOnAsync(limit: 1);
        Assert.Contains("count=1", reader.Rows([note])[note], StringComparison.Ordinal);
        Assert.Contains("text=second", reader.Rows([note])[note], StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_a_row_was_deleted_or_left_is_told_for_longer_and_who_was_away_longer_still_is_told_to_begin_anew()
    {
        await using var node = await NotesNode.StartAsync();
        var (deleted, moved, stays) = (await node.AddAsync("north", "a"), await node.AddAsync("north", "b"), await node.AddAsync("north", "c"));
        var away = NotesReader.From(node, 0);
        await away.ReadOnAsync(limit: 100);
        await node.DeleteAsync(deleted);
        await node.ChangeAsync(moved, "owner", FieldValue.Of("south"));
        var soon = away.Copy();

        await node.CompactAsync(days: 31);
        await soon.ReadOnAsync(limit: 100);
        await node.CompactAsync(days: 180);
        await away.ReadOnAsync(limit: 100);

        Assert.Empty(soon.Resets);
        Assert.Equal(3, away.Resets.Count);
        foreach (var reader in (NotesReader[])[soon, away])
        {
            Assert.Equal([moved, stays], reader.Rows([deleted, moved, stays]).Keys);
        }

        Assert.Equal(0, await node.AskAsync("SELECT COUNT(*) FROM _log WHERE json LIKE '%\"leave\"%' OR json LIKE '%\"delete\"%'"));
        Assert.Equal(node.Marks.Floor, await node.AskAsync("SELECT CAST(value AS INTEGER) FROM _meta WHERE key = 'floor'"));
    }

    [Fact]
    public async Task Who_reads_to_the_end_of_a_quiet_scope_does_not_fall_behind_for_what_happens_in_others()
    {
        await using var node = await NotesNode.StartAsync();
        await node.AddAsync("west", "quiet");
        var busy = await node.AddAsync("north", "busy");
        await node.DeleteAsync(busy);
        var reader = NotesReader.From(node, 0);
        await reader.ReadOnAsync(limit: 100);

        await node.CompactAsync(days: 181);
        Assert.True(node.Marks.Floor > 0);
        await reader.ReadOnAsync(limit: 100);

        Assert.Empty(reader.Resets);
    }

    [Fact]
    public async Task Events_are_forgotten_with_the_changes_that_caused_them_and_who_asks_for_them_is_told_so()
    {
        await using var node = await NotesNode.StartAsync();
        var note = await node.AddAsync("north", "first");
        var old = node.Marks.Head;
        await node.ChangeAsync(note, "text", FieldValue.Of("second"));
        var kept = node.Marks.Head;
        await node.CompactAsync();
        await node.ChangeAsync(note, "text", FieldValue.Of("third"));
        var history = node.Services.GetRequiredService<EventHistory>();

        Assert.Null(await history.ReadAsync("notes", old, node.Marks.Head, 100, CancellationToken.None));
        Assert.Equal(node.Marks.Head, Assert.Single((await history.ReadAsync("notes", kept, node.Marks.Head, 100, CancellationToken.None))!).Seq);
        Assert.Equal(1, await node.AskAsync("SELECT COUNT(*) FROM _events"));
    }

    [Fact]
    public async Task A_device_holds_what_it_has_not_read_and_lets_go_when_it_is_not_heard_of_for_too_long()
    {
        await using var node = await NotesNode.StartAsync();
        var note = await node.AddAsync("north", "a");
        var cursor = new Cursor(node.Services.GetRequiredService<SqliteStore>().Epoch, node.Marks.Head);
        await node.DeleteAsync(note);
        node.Services.GetRequiredService<ReaderPlaces>().Note(new DeviceId("till-3"), [cursor, null]);
        var floor = node.Services.GetRequiredService<FeedFloor>();

        await node.CompactAsync(days: 200);
        var holder = Assert.Single(await floor.ListAsync(CancellationToken.None), holder => holder.Name == "device:till-3");
        Assert.Equal((cursor.Seq, 0), (holder.Seq, node.Marks.Floor));
        Assert.Equal("device:till-3", (await floor.ListAsync(CancellationToken.None))[0].Name);

        await node.CompactAsync(days: 200);
        Assert.DoesNotContain(await floor.ListAsync(CancellationToken.None), holder => holder.Name == "device:till-3");
        Assert.Equal(cursor.Seq + 1, node.Marks.Floor);
    }

    [Fact]
    public async Task A_snapshot_on_its_way_keeps_the_log_from_where_it_began()
    {
        await using var node = await NotesNode.StartAsync(null, ("HoldForSnapshots", "23:00:00"));
        var note = await node.AddAsync("north", "a");
        await node.RoundAsync();
        node.Clock.Advance(TimeSpan.FromDays(31));
        node.Services.GetRequiredService<Reservations>().Hold(NotesNode.Scope("north"), node.Marks.Head);
        await node.ChangeAsync(note, "count", FieldValue.Of(1));
        await node.RoundAsync();

        Assert.Equal(1, node.Marks.Compacted);
    }

    [Fact]
    public async Task A_round_that_was_cut_off_anywhere_is_gone_on_with_after_a_restart()
    {
        using var directory = new TempDirectory();
        List<Guid> ids = [];
        IReadOnlyDictionary<Guid, string> expected;
        await using (var node = await NotesNode.StartAsync(directory.Path, ("BatchSize", "2")))
        {
            for (var number = 0; number < 4; number++)
            {
                ids.Add(await node.AddAsync("north", $"{number}"));
                await node.ChangeAsync(ids[^1], "count", FieldValue.Of(number));
            }

            await node.DeleteAsync(ids[0]);
            var reader = NotesReader.From(node, 0);
            await reader.ReadOnAsync(limit: 100);
            expected = reader.Rows(ids);
            await node.RoundAsync();
            node.Clock.Advance(TimeSpan.FromDays(31));
            await OnePieceAsync(node);
            Assert.Equal(2, node.Marks.Compacted);
        }

        await using (var node = await NotesNode.StartAsync(directory.Path, ("BatchSize", "2")))
        {
            Assert.Equal(2, node.Marks.Compacted);
            node.Clock.Advance(TimeSpan.FromDays(31));
            await node.RoundAsync();
            var reader = NotesReader.From(node, 0);
            await reader.ReadOnAsync(limit: 1);
            Assert.Equal((9, 4), (node.Marks.Compacted, await node.AskAsync("SELECT COUNT(*) FROM _log")));
            Assert.Equal(expected, reader.Rows(ids));
        }
    }

    [Fact]
    public async Task A_database_from_before_there_was_compaction_opens_and_is_compacted_in_time()
    {
        using var directory = new TempDirectory();
        Guid note;
        await using (var node = await NotesNode.StartAsync(directory.Path))
        {
            note = await node.AddAsync("north", "first");
            await node.ChangeAsync(note, "text", FieldValue.Of("second"));
        }

        using (var database = Database.Open(directory.DatabaseFile, readOnly: false))
        {
            database.Execute("DROP TABLE _marks; DROP TABLE _images; DROP TABLE _readers; DELETE FROM _meta WHERE key IN ('compacted', 'floor')");
        }

        await using (var node = await NotesNode.StartAsync(directory.Path))
        {
            await node.CompactAsync(days: 29);
            Assert.Equal(2, await node.AskAsync("SELECT COUNT(*) FROM _log"));
            await node.CompactAsync(days: 2);
            Assert.Equal(1, await node.AskAsync("SELECT COUNT(*) FROM _log"));
        }
    }

    // The first piece of folding that there is.
    private static async Task OnePieceAsync(NotesNode node)
    {
        var piece = await node.Services.GetRequiredService<KeptLog>().Round()[2](CancellationToken.None);
        await node.Services.GetRequiredService<Server.Mutations.Upkeep>().WriteAsync(piece!, CancellationToken.None);
    }
}
