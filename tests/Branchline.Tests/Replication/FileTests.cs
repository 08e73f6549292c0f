using System.Net;
using System.Text;
using Branchline.Protocol;
using Branchline.Server.Replication;
using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>A site without a line: what is carried as a file is what a round brings, and whatever is carried twice, late or broken loses nothing.</summary>
public sealed class FileTests
{
    [Fact]
    public async Task A_sale_goes_up_and_a_price_comes_down_by_file_and_once_more_changes_nothing()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        var file = await Courier.ExportAsync(north.Node);
        var received = await Courier.ImportAsync(chain.Master, file);
        var answer = await Courier.ExportAsync(chain.Master, "?branch=North");
        var taken = await Courier.ImportAsync(north.Node, answer);

        Assert.Equal(("up", "North", 1), (received.GetProperty("kind").GetString(), received.GetProperty("node").GetString(), received.GetProperty("applied").GetInt32()));
        Assert.Equal(1, taken.GetProperty("applied").GetInt32());
        Assert.Equal(1300, (await Chain.FieldAsync(north.Node, "products", chain.Product, "price")).AsInteger);
        await Courier.MustAgreeAsync(chain, north);
        var (office, branch) = (Head(chain.Master), Head(north.Node));

        await Courier.ImportAsync(chain.Master, file);
        taken = await Courier.ImportAsync(north.Node, answer);

        Assert.Equal((0, 0), (taken.GetProperty("applied").GetInt32(), taken.GetProperty("changes").GetInt32()));
        Assert.Equal((office, branch), (Head(chain.Master), Head(north.Node)));
        Assert.True((await north.RoundAsync()).IsQuiet);
    }

    [Fact]
    public async Task An_empty_branch_that_joined_is_loaded_by_file_on_an_encrypted_link()
    {
        await using var chain = await Chain.OpenAsync();
        await using var node = await TestNode.StartAsync(new TestSettings { Values = Chain.ByHand });
        Assert.True((await Chain.JoinAsync(node, await chain.InviteAsync("North"), chain.Master.Address, isSealed: true)).IsSuccessStatusCode);
        var north = new ChainBranch(node, "", Guid.Empty);

        var file = await Courier.ExportAsync(node);
        await Courier.ImportAsync(chain.Master, file);
        var answer = await Courier.ExportAsync(chain.Master, "?branch=North");
        await Courier.ImportAsync(node, answer);

        Assert.Equal("Rice 5 kg", (await Chain.FieldAsync(node, "products", chain.Product, "name")).AsText);
        Assert.True(node.Services.GetRequiredService<Masters>().All[0].IsLoaded(3));
        await Courier.MustAgreeAsync(chain, north);
    }

    [Fact]
    public async Task What_head_office_refuses_by_file_is_taken_back_and_lies_in_the_tray()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        var taken = await Courier.CarryAsync(chain, north, "North");

        Assert.Equal(1, taken.GetProperty("refused").GetInt32());
        Assert.Null(await Chain.RowAsync(north.Node, "products", chain.Product));
        using var admin = north.Node.SignedIn("admin");
        var tray = await (await admin.GetAsync("/api/tray", TestContext.Current.CancellationToken)).JsonAsync();
        Assert.Equal("row_deleted", tray.GetProperty("entries")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_file_that_was_cut_or_changed_is_refused_before_anything_of_it_is_applied()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        var file = await Courier.ExportAsync(north.Node);
        var head = Head(chain.Master);
        var changed = file.ToArray();
        changed[^300] ^= 1;
        byte[][] broken = [file[..^1], file[..(file.Length / 2)], changed, [.. file, .. file], file[..5], []];

        foreach (var bytes in broken)
        {
            await (await Courier.TryImportAsync(chain.Master, bytes)).MustRefuseAsync(HttpStatusCode.UnprocessableEntity, "file_invalid");
        }

        // Without its end, which is the last of its blocks.
        var end = EndOf(file);
        var refused = await (await Courier.TryImportAsync(chain.Master, file[..end])).MustRefuseAsync(HttpStatusCode.UnprocessableEntity, "file_invalid");
        Assert.StartsWith("The file was cut", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(head, Head(chain.Master));
    }

    [Fact]
    public async Task A_file_of_another_branch_or_for_the_other_side_is_refused_by_name()
    {
        await using var chain = await Chain.OpenAsync();
        await using var elsewhere = await TestNode.StartAsync();
        var (north, south) = (await chain.JoinAsync("North"), await chain.JoinAsync("South"));
        var file = await Courier.ExportAsync(north.Node);
        await Courier.ImportAsync(chain.Master, file);
        var answer = await Courier.ExportAsync(chain.Master, "?branch=North");

        await (await Courier.TryImportAsync(elsewhere, file)).MustRefuseAsync(HttpStatusCode.Conflict, "file_foreign");
        await (await Courier.TryImportAsync(south.Node, answer)).MustRefuseAsync(HttpStatusCode.Conflict, "file_foreign");
        await (await Courier.TryImportAsync(north.Node, file)).MustRefuseAsync(HttpStatusCode.Conflict, "file_foreign");
        await (await Courier.TryImportAsync(chain.Master, answer)).MustRefuseAsync(HttpStatusCode.Conflict, "file_foreign");
        await (await Courier.AskAsync(chain.Master, "?branch=South")).MustRefuseAsync(HttpStatusCode.NotFound, "not_found");
        await (await Courier.AskAsync(chain.Master)).MustRefuseAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task An_older_file_after_a_newer_one_puts_nothing_back()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        var older = await Courier.ExportAsync(north.Node);
        await Courier.ImportAsync(chain.Master, older);
        var olderAnswer = await Courier.ExportAsync(chain.Master, "?branch=North");
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("name", FieldValue.Of("Rice"))));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1400))));

        await Courier.CarryAsync(chain, north, "North");
        await Courier.ImportAsync(chain.Master, older);
        await Courier.ImportAsync(north.Node, olderAnswer);

        foreach (var node in new[] { chain.Master, north.Node })
        {
            Assert.Equal(1400, (await Chain.FieldAsync(node, "products", chain.Product, "price")).AsInteger);
            Assert.Equal("Rice", (await Chain.FieldAsync(node, "products", chain.Product, "name")).AsText);
        }

        Assert.True((await north.RoundAsync()).IsQuiet);
    }

    [Fact]
    public async Task Rounds_between_export_and_import_do_no_harm()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("name", FieldValue.Of("Rice"))));
        await Courier.ImportAsync(chain.Master, await Courier.ExportAsync(north.Node));
        var answer = await Courier.ExportAsync(chain.Master, "?branch=North");

        // Newer than what the answer has, and not sent down again because it came from here.
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1500))));
        await PushAsync(north, "prices");
        var taken = await Courier.ImportAsync(north.Node, answer);

        Assert.Contains("newer", taken.GetProperty("next").GetString(), StringComparison.Ordinal);
        Assert.Equal(1500, (await Chain.FieldAsync(north.Node, "products", chain.Product, "price")).AsInteger);
        await north.SyncAsync();
        Assert.Equal("Rice", (await Chain.FieldAsync(north.Node, "products", chain.Product, "name")).AsText);
        Assert.Equal(-3, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
        await Courier.MustAgreeAsync(chain, north);
    }

    [Fact]
    public async Task A_master_put_back_to_an_older_copy_gets_back_by_file_what_it_lost()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var copy = Chain.Copy(chain.Master);
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await Courier.CarryAsync(chain, north, "North");
        await Courier.ImportAsync(chain.Master, await Courier.ExportAsync(north.Node));
        var before = await Courier.ExportAsync(chain.Master, "?branch=North");

        await chain.PutMasterBackAsync(copy, north);
        var told = await Courier.CarryAsync(chain, north, "North");
        Assert.StartsWith("Head office was put back", told.GetProperty("next").GetString(), StringComparison.Ordinal);
        await (await Courier.TryImportAsync(north.Node, before)).MustRefuseAsync(HttpStatusCode.Conflict, "file_outdated");
        await Courier.CarryAsync(chain, north, "North");

        Assert.Equal(-3, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
        foreach (var node in new[] { chain.Master, north.Node })
        {
            Assert.Equal(1300, (await Chain.FieldAsync(node, "products", chain.Product, "price")).AsInteger);
        }

        await Courier.MustAgreeAsync(chain, north);
        await north.SyncAsync();
    }

    [Fact]
    public async Task A_branch_that_was_put_back_refuses_answers_from_before_and_exports_anew()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var copy = Chain.Copy(north.Node);
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));
        await Courier.ImportAsync(chain.Master, await Courier.ExportAsync(north.Node));
        var answer = await Courier.ExportAsync(chain.Master, "?branch=North");

        north = await chain.PutBranchBackAsync(copy, north);
        await (await Courier.TryImportAsync(north.Node, answer)).MustRefuseAsync(HttpStatusCode.Conflict, "file_outdated");
        await Courier.CarryAsync(chain, north, "North");

        Assert.Equal(-3, await BranchTests.OnHandAsync(north.Node, chain.Product, north.Id));
        await Courier.MustAgreeAsync(chain, north);
    }

    [Fact]
    public async Task What_does_not_fit_into_one_file_goes_into_the_next_and_a_file_that_is_too_large_is_refused()
    {
        await using var chain = await Chain.OpenAsync();
        var small = new Dictionary<string, string?>(Chain.ByHand) { ["Branchline:Sync:FileBytes"] = "1048576", ["Branchline:Sync:PushCount"] = "1" };
        var north = await chain.JoinAsync("North", new TestSettings { Values = small });
        var random = new Random(1);
        for (var write = 0; write < 4; write++)
        {
            var rows = Enumerable.Range(0, 150).Select(_ => Write.Insert(
                "clients", NewId.Next(), ("name", FieldValue.Of("Client")), ("branch_id", FieldValue.Of(north.Id.ToString())), ("note", FieldValue.Of(Noise(random)))));
            Assert.IsType<MutationOutcome.Applied>(await Chain.WriteAsync(north.Node, "till-north", [.. rows]));
        }

        using var first = await Courier.AskAsync(north.Node);
        Assert.Equal("true", first.Headers.GetValues("Branchline-More").Single());
        await Courier.CarryAsync(chain, north, "North");
        await Courier.CarryAsync(chain, north, "North");
        await Courier.MustAgreeAsync(chain, north);
        await (await Courier.TryImportAsync(north.Node, Encoding.UTF8.GetBytes(Noise(random, 1 << 21)))).MustRefuseAsync(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task On_the_command_line_a_file_goes_there_and_its_answer_comes_back()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        using var bag = new TempDirectory();
        var (up, down) = (Path.Combine(bag.Path, "north.batches"), Path.Combine(bag.Path, "north.answer"));
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "sale", -3));

        var exported = await Cli.Program.RunAsync("sync", "export", up, "--data", north.Node.Directory);
        Assert.True(exported.ExitCode == 0, exported.Error);
        Assert.Contains("1 mutations", exported.Out, StringComparison.Ordinal);
        var answered = await Cli.Program.RunAsync("sync", "import", up, "--answer", down, "--data", chain.Master.Directory);
        Assert.True(answered.ExitCode == 0, answered.Error);
        Assert.Contains("From North: 1 applied", answered.Out, StringComparison.Ordinal);
        var imported = await Cli.Program.RunAsync("sync", "import", down, "--data", north.Node.Directory);
        Assert.True(imported.ExitCode == 0, imported.Error);
        var refused = await Cli.Program.RunAsync("sync", "import", up, "--data", north.Node.Directory);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("This file goes to head office", refused.Error, StringComparison.Ordinal);
        Assert.Equal(-3, await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
        Assert.True((await north.RoundAsync()).IsQuiet);
    }

    private static string Noise(Random random, int length = 1900)
    {
        var bytes = new byte[length * 3 / 4];
        random.NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Where the last block begins.</summary>
    private static int EndOf(byte[] file)
    {
        var (place, last) = ("branchline batches\n".Length, 0);
        while (place < file.Length)
        {
            last = place;
            place += 1 + 4 + 64 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(place + 1));
        }

        return last;
    }

    private static long Head(TestNode node) => node.Services.GetRequiredService<Branchline.Server.Feed.FeedMarks>().Head;

    private static async Task PushAsync(ChainBranch branch, string lane)
    {
        var (masters, upward) = (branch.Node.Services.GetRequiredService<Masters>(), branch.Node.Services.GetRequiredService<Upward>());
        await upward.PushAsync(masters.All[0], lane, new RoundReport("test", masters.All[0].Name, DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
    }
}
