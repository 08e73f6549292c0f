using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Server.Access.Control;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Cli;

public sealed class CaseVerbTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_tray_is_listed_shown_put_right_and_given_up_while_the_node_runs()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Directory = _directory });
        var branch = NewId.Next();
        await new TestDevice(node.SignedIn("admin"), "office").ApplyAsync(
            Write.Insert("branches", branch, ("name", FieldValue.Of("North")), ("code", FieldValue.Of("B01"))));
        var till = new TestDevice(node.SignedIn("cashier", branch.ToString()), "till-1");
        var client = NewId.Next();
        await till.RejectAsync(Client(client, branch, ("colour", FieldValue.Of("red"))));
        await till.RejectAsync(Client(NewId.Next(), branch, ("colour", FieldValue.Of("blue"))));

        await using var list = await RunAsync("tray", "list");
        await using var shown = await RunAsync("tray", "show", "1");
        await using var again = await RunAsync("tray", "resend", "1");
        await using var whole = await RunAsync("tray", "show", "1", "--json");
        var file = Path.Combine(_directory, "right.json");
        await File.WriteAllTextAsync(file, PutRight(whole.Out), TestContext.Current.CancellationToken);
        await using var resent = await RunAsync("tray", "resend", "1", "--edit", file);
        await using var discarded = await RunAsync("tray", "discard", "2", "--why", "Typed twice");
        await using var rest = await RunAsync("tray", "list", "--state", "all", "--json");

        Assert.Matches("1 +.*till-1 +A cashier +clients +unknown_field", list.Out);
        Assert.Contains("\"colour\": \"red\"", shown.Out, StringComparison.Ordinal);
        Assert.Equal(1, again.ExitCode);
        Assert.StartsWith("branchline: rejected again: unknown_field: clients has no field colour", again.Error, StringComparison.Ordinal);
        Assert.Equal("1: applied", resent.Out.Trim());
        Assert.Equal("2: discarded", discarded.Out.Trim());
        Assert.Equal("Ana", (await till.RowAsync($"branch:{branch}", "clients", client))!["name"].AsText);
        using var all = JsonDocument.Parse(rest.Out);
        Assert.Equal(["discarded", "resolved"], all.RootElement.EnumerateArray().Select(entry => entry.GetProperty("state").GetString()));
        Assert.Equal("Command line", all.RootElement[0].GetProperty("settled").GetProperty("by").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_journal_is_tried_and_imported_while_the_node_runs()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Directory = _directory });
        var till = new TestDevice(node.SignedIn("manager"), "till-1");
        var (product, file) = (NewId.Next(), Path.Combine(_directory, "journal.json"));
        Mutation[] unsent = [till.Mutation(Write.Insert("products", product, ("name", FieldValue.Of("Rice")), ("price", FieldValue.Of(1250)))), till.Mutation(Write.Delete("unheard_of", product))];
        var journal = new Journal(Journal.FormatName, Journal.NewestVersion, TimeProvider.System.GetUtcNow(), new JournalUser("ana", "Ana"), till.Id, unsent, []);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(journal, ProtocolJson.Default.Journal), TestContext.Current.CancellationToken);

        await using var tried = await RunAsync("journal", "import", file, "--dry-run");
        await using var done = await RunAsync("journal", "import", file);
        await using var again = await RunAsync("journal", "import", file);
        await using var missing = await RunAsync("journal", "import", file + ".gone");

        Assert.StartsWith("What would happen:\n  1 applied\n  1 rejected\n", tried.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("unknown_table: There is no table unheard_of", tried.Out, StringComparison.Ordinal);
        Assert.StartsWith("What happened:\n  1 applied\n  1 rejected\n", done.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.StartsWith("What happened:\n  1 already applied\n  1 rejected\n", again.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal((1, true), (missing.ExitCode, missing.Error.Contains("cannot be read", StringComparison.Ordinal)));
        Assert.Equal("Rice", (await till.RowAsync("everyone", "products", product))!["name"].AsText);
    }

    [Fact]
    public async Task A_conflict_is_listed_and_undone_while_the_node_runs()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Directory = _directory });
        TestDevice one = new(node.SignedIn("manager"), "till-1"), two = new(node.SignedIn("admin"), "till-2");
        var product = NewId.Next();
        await one.ApplyAsync(Write.Insert("products", product, ("name", FieldValue.Of("Rice")), ("price", FieldValue.Of(1250))));
        await two.SendAsync(two.Mutation(Write.Update("products", product, ("price", FieldValue.Of(1300)))) with { At = two.Stamp(two.Stamp().Milliseconds + 1000) });

        await using var list = await RunAsync("conflicts", "list");
        await using var undone = await RunAsync("conflicts", "undo", "1");
        await using var again = await RunAsync("conflicts", "undo", "1");
        await using var json = await RunAsync("conflicts", "list", "--state", "undone", "--json");

        Assert.Matches($"1 +settled +.*products.price +{product} +1300 +An? admin on till-2 +1250 +A manager on till-1", list.Out);
        Assert.Equal("1: undone", undone.Out.Trim());
        Assert.Equal((1, 1250), (again.ExitCode, (await one.RowAsync("everyone", "products", product))!["price"].AsInteger!.Value));
        Assert.StartsWith("branchline: It was settled already: undone", again.Error, StringComparison.Ordinal);
        using var all = JsonDocument.Parse(json.Out);
        Assert.Equal(1, all.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Without_a_running_node_it_says_so_in_one_sentence()
    {
        new ControlFile("http://127.0.0.1:1", "left by a node that was killed").Write(_directory);
        await using var tray = await RunAsync("tray", "list");
        await using var conflicts = await RunAsync("conflicts", "list");

        Assert.Equal((1, 1), (tray.ExitCode, conflicts.ExitCode));
        Assert.StartsWith($"branchline: No node is running on {_directory};", tray.Error, StringComparison.Ordinal);
        Assert.StartsWith($"branchline: No node is running on {_directory};", conflicts.Error, StringComparison.Ordinal);
    }

    private static RowWrite Client(Guid id, Guid branch, params (string Name, FieldValue Value)[] more) => Write.Insert(
        "clients", id, [("name", FieldValue.Of("Ana")), ("branch_id", FieldValue.Of(branch.ToString())), .. more]);

    private static string PutRight(string entry)
    {
        var json = JsonNode.Parse(entry)!;
        json["payload"]!["writes"]![0]!["fields"]!.AsObject().Remove("colour");
        return json.ToJsonString();
    }

    private Task<Program> RunAsync(params string[] words) => Program.RunAsync([.. words, "--data", _directory]);
}
