using System.Globalization;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed.Compaction;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Feed.ReadyFiles;

public sealed class ReadyFileTests : IAsyncLifetime
{
    private ReadyNode _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await ReadyNode.StartAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task The_file_holds_what_the_snapshots_of_all_scopes_hold_letter_for_letter()
    {
        await FillAsync();
        using var person = _shop.Node.SignedIn("manager", _shop.North, _shop.South);

        var file = await ReadyNode.TakeAsync(person);

        var snapshots = await SnapshotsAsync(person, ["everyone", "branch:" + _shop.North, "branch:" + _shop.South]);
        Assert.Equal(28, snapshots.Count);
        Assert.Equal(snapshots.OrderBy(row => row.Key.Id), file.Rows.OrderBy(row => row.Key.Id));
    }

    [Fact]
    public async Task Who_sees_little_of_a_table_is_given_just_that()
    {
        await FillAsync();
        using var person = _shop.Node.SignedIn("manager", _shop.South);

        var file = await ReadyNode.TakeAsync(person);

        Assert.Equal(await SnapshotsAsync(person, ["everyone", "branch:" + _shop.South]), file.Rows);
        Assert.Equal(["South note"], file.Texts("notes"));
    }

    [Fact]
    public async Task Cursors_and_checksums_are_those_of_a_reader_at_the_head_of_the_log()
    {
        await FillAsync();
        using var person = _shop.Node.SignedIn("manager", _shop.North);

        var file = await ReadyNode.TakeAsync(person);

        var device = new TestDevice(person, "till-1");
        var cursors = file.Scopes.ToDictionary(scope => scope.Key, scope => Cursor.TryParse(scope.Value.Cursor, out var cursor) ? cursor : (Cursor?)null);
        var reply = await device.PullAsync(cursors);
        Assert.Equal(["branch:" + _shop.North, "everyone"], file.Scopes.Keys.Order());
        Assert.Equal(reply.Schema, file.About["schema"]);
        Assert.All(reply.Pages, page =>
        {
            Assert.Null(page.Reset);
            Assert.Empty(page.Changes!);
            Assert.Equal(cursors[page.Scope], page.To);
            Assert.Equal(file.Scopes[page.Scope].Checksum, page.Checksum);
        });
    }

    [Fact]
    public async Task Rows_lie_in_the_order_in_which_a_store_takes_them_best()
    {
        await FillAsync();
        using var person = _shop.Node.SignedIn("manager", _shop.North, _shop.South);
        using var answer = await ReadyNode.AskAsync(person);
        using var directory = new TempDirectory();
        await File.WriteAllBytesAsync(directory.DatabaseFile, await answer.Content.ReadAsByteArrayAsync());
        using var database = directory.OpenDatabase();

        Assert.Null(database.Scalar("SELECT one.no FROM rows one JOIN rows next ON next.no = one.no + 1 WHERE (one.tbl, one.id) >= (next.tbl, next.id)"));
    }

    [Fact]
    public async Task A_table_that_the_role_may_not_read_is_not_in_it()
    {
        await FillAsync();
        using var cashier = _shop.Node.SignedIn("cashier", _shop.North);
        using var manager = _shop.Node.SignedIn("manager", _shop.North);

        Assert.Equal(["items", "notes"], (await ReadyNode.TakeAsync(cashier)).Names);
        Assert.Equal(["items", "notes", "secrets"], (await ReadyNode.TakeAsync(manager)).Names);
        Assert.Equal(["items", "notes"], (await ReadyNode.TakeAsync(cashier)).Names);
    }

    [Fact]
    public async Task Nobody_is_given_the_file_of_somebody_with_other_scopes_not_even_by_its_tag()
    {
        await FillAsync();
        using var north = _shop.Node.SignedIn("cashier", _shop.North);
        using var south = _shop.Node.SignedIn("cashier", _shop.South);
        using var first = await ReadyNode.AskAsync(north);
        var tag = first.Headers.ETag!.ToString();

        using var ranged = await ReadyNode.AskAsync(south, ("Range", "bytes=100-"), ("If-Range", tag));
        using var known = await ReadyNode.AskAsync(south, ("If-None-Match", tag));

        Assert.All(new[] { ranged, known }, answer => Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode));
        Assert.NotEqual(tag, ranged.Headers.ETag!.ToString());
        var file = ReadyCopy.Of(await ranged.Content.ReadAsByteArrayAsync());
        Assert.Equal(["South note"], file.Texts("notes"));
        Assert.DoesNotContain("branch:" + _shop.North, file.Scopes.Keys);
    }

    [Fact]
    public async Task What_is_one_persons_is_in_their_file_and_in_nobody_elses()
    {
        var (one, other) = (_shop.Node.User("releasing", _shop.North), _shop.Node.User("releasing", _shop.South));
        await _shop.AddAsync("tasks", "for one", one.Id);
        await _shop.AddAsync("tasks", "for the other", other.Id);
        using var asOne = _shop.Node.SignedInAs(one.Id);
        using var asOther = _shop.Node.SignedInAs(other.Id);

        Assert.Equal(["for one"], (await ReadyNode.TakeAsync(asOne)).Texts("tasks"));
        Assert.Equal(["for the other"], (await ReadyNode.TakeAsync(asOther)).Texts("tasks"));
    }

    [Fact]
    public async Task From_its_cursors_on_the_feed_tells_all_that_is_written_meanwhile()
    {
        using var stop = new CancellationTokenSource();
        var writing = WriteOnAsync(stop.Token);
        using var person = _shop.Node.SignedIn("manager", _shop.North, _shop.South);
        var files = new List<ReadyCopy>();
        for (var file = 0; file < 5; file++)
        {
            files.Add(await ReadyNode.TakeAsync(person, ("Cache-Control", "no-cache")));
        }

        await stop.CancelAsync();
        Assert.True(await writing > 0);
        var expected = await SnapshotsAsync(person, ["everyone", "branch:" + _shop.North, "branch:" + _shop.South]);
        foreach (var file in files)
        {
            Assert.Equal(expected.Keys.OrderBy(row => row.Id), (await ReadOnAsync(person, file)).OrderBy(row => row.Id));
        }
    }

    [Fact]
    public async Task The_log_from_its_number_on_is_held_while_somebody_may_still_come_with_it()
    {
        await FillAsync();
        using var person = _shop.Node.SignedIn("cashier", _shop.North);
        var file = await ReadyNode.TakeAsync(person);
        Assert.True(Cursor.TryParse(file.Scopes["everyone"].Cursor, out var cursor));

        Assert.Contains(await HoldersAsync(), holder => holder.Name == "snapshot:everyone" && holder.Seq == cursor.Seq);
        _shop.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.DoesNotContain(await HoldersAsync(), holder => holder.Name == "snapshot:everyone");
    }

    [Fact]
    public async Task Nobody_who_is_not_signed_in_is_given_one()
    {
        using var nobody = _shop.Node.Anonymous();
        using var answer = await ReadyNode.AskAsync(nobody);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(_shop.Files());
    }

    private Task<IReadOnlyList<FloorHolder>> HoldersAsync() => _shop.Node.Services.GetRequiredService<FeedFloor>().ListAsync(CancellationToken.None);

    private async Task FillAsync()
    {
        string[] names = ["Rice", "5\" pipe \\ 2", "line\nbreak\ttab", "Käse 🧀", "separator \u2028 here", "del \u007f", ""];
        foreach (var (place, name) in names.Index())
        {
            await _shop.WriteAsync(Write.Insert(
                "items", NewId.Next(), ("name", FieldValue.Of("n" + name)), ("note", place == 0 ? FieldValue.Null : FieldValue.Of(name)),
                ("price", FieldValue.Of(place * 100)), ("weight", FieldValue.Of(place / 8m)), ("count", FieldValue.Of(-place)),
                ("open", FieldValue.Of(place % 2 == 0)), ("day", FieldValue.Of("2026-11-21")),
                ("tags", FieldValue.OfJson("""{"a":[1,2.5,null,"\u00e9"],"b":{}}"""))));
        }

        for (var note = 0; note < 19; note++)
        {
            await _shop.AddAsync("notes", $"North note {note}", _shop.North);
        }

        await _shop.AddAsync("secrets", "North secret", _shop.North);
        await _shop.AddAsync("notes", "South note", _shop.South);
        await _shop.WriteAsync(Write.Delete("notes", await _shop.AddAsync("notes", "gone", _shop.North)));
    }

    private async Task<int> WriteOnAsync(CancellationToken cancellationToken)
    {
        var random = new Random(7);
        var notes = new List<Guid>();
        var count = 0;
        for (; !cancellationToken.IsCancellationRequested; count++)
        {
            notes.Add(await _shop.AddAsync("notes", $"note {count}", count % 2 == 0 ? _shop.North : _shop.South));
            var one = notes[random.Next(notes.Count)];
            switch (count % 4)
            {
                case 1:
                    await _shop.WriteAsync(Write.Update("notes", one, ("branch_id", FieldValue.Of(random.Next(2) == 0 ? _shop.North : _shop.South))));
                    break;
                case 3:
                    notes.Remove(one);
                    await _shop.WriteAsync(Write.Delete("notes", one));
                    break;
            }
        }

        return count;
    }

    /// <summary>The rows that a reader has who begins with the file, by the rules of the protocol.</summary>
    private static async Task<IReadOnlyCollection<ReadyRow>> ReadOnAsync(HttpClient person, ReadyCopy file)
    {
        var rows = file.Rows.Keys.ToDictionary(row => row.Id, row => (Row: row, Seq: SeqOf(file.Scopes[row.Scope].Cursor)));
        var device = new TestDevice(person, "till-1");
        foreach (var (scope, state) in file.Scopes)
        {
            Cursor? cursor = Cursor.TryParse(state.Cursor, out var parsed) ? parsed : null;
            for (var isMore = true; isMore;)
            {
                var page = Assert.Single((await device.PullAsync(new Dictionary<string, Cursor?> { [scope] = cursor }, 50)).Pages);
                foreach (var change in page.Changes!)
                {
                    Apply(rows, scope, change);
                }

                (cursor, isMore) = (page.To, page.More == true);
            }
        }

        return [.. rows.Values.Select(row => row.Row)];
    }

    private static void Apply(Dictionary<Guid, (ReadyRow Row, long Seq)> rows, string scope, Change change)
    {
        var isThere = rows.TryGetValue(change.Id, out var known);
        if (isThere && known.Seq >= change.Seq)
        {
            return;
        }

        var isElsewhere = isThere && known.Row.Scope != scope;
        if (change.Kind is ChangeKind.Leave or ChangeKind.Delete && !isElsewhere)
        {
            rows.Remove(change.Id);
        }
        else if (change.Kind is ChangeKind.Enter || (change.Kind is ChangeKind.Set && !isElsewhere && (isThere || change.Fields!.ContainsKey("created_at"))))
        {
            rows[change.Id] = (new ReadyRow(scope, change.Table, change.Id), change.Seq);
        }
    }

    private static long SeqOf(string cursor) => long.Parse(cursor.Split('.')[1], CultureInfo.InvariantCulture);

    /// <summary>The same rows by snapshots, each as an object without what is null.</summary>
    private static async Task<IReadOnlyDictionary<ReadyRow, string>> SnapshotsAsync(HttpClient person, IEnumerable<string> scopes)
    {
        var rows = new Dictionary<ReadyRow, string>();
        foreach (var scope in scopes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/sync/snapshot?scope={scope}&limit=20000") { Headers = { CacheControl = new() { NoCache = true } } };
            using var answer = await person.SendAsync(request);
            using var json = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync());
            foreach (var part in json.RootElement.GetProperty("parts").EnumerateArray())
            {
                string[] columns = [.. part.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
                foreach (var row in part.GetProperty("rows").EnumerateArray())
                {
                    var fields = columns.Zip(row.EnumerateArray()).Skip(1).Where(field => field.Second.ValueKind != JsonValueKind.Null)
                        .Select(field => $"\"{field.First}\":{field.Second.GetRawText()}");
                    rows.Add(new ReadyRow(scope, part.GetProperty("table").GetString()!, row[0].GetGuid()), $"{{{string.Join(',', fields)}}}");
                }
            }
        }

        return rows;
    }
}
