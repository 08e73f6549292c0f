using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Client;
using Branchline.Protocol;
using Branchline.Tests.Client;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Replication;

/// <summary>A branch's answers are provisional: its tills and the branches below it are told what head office made of them.</summary>
public sealed class LastWordOfHeadOfficeTests
{
    private static CancellationToken Late => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_till_is_told_how_much_of_what_it_sold_is_final_and_what_was_refused_and_why()
    {
        using var directory = new TempDirectory();
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await using var till = await TillAsync(north.Node, north.Id, directory);
        Assert.Equal(0, till.Outbox.Summary.Provisional);
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));

        await till.MutateAsync(draft => draft.Update("products", chain.Product, ("price", FieldValue.Of(1))), Late);
        await till.Outbox.WhenSentAsync(Late);
        await ClientShop.EventuallyAsync(() => till.Outbox.Summary.Provisional == 1, () => $"{till.Outbox.Summary}");
        Assert.Empty(await till.Outbox.TrayAsync(Late));

        await north.SyncAsync();
        await ClientShop.EventuallyAsync(() => till.Outbox.Summary is { Provisional: 0, Rejected: 1 }, () => $"{till.Outbox.Summary}");

        var refused = Assert.Single(await till.Outbox.TrayAsync(Late));
        Assert.Equal(ErrorCodes.RowDeleted, refused.Code);
        Assert.StartsWith("Head office refused it", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(FieldValue.Of(1), refused.Mutation.Writes[0].Fields["price"]);
        Assert.Null(await till.Table<Product>("products").FindAsync(chain.Product, Late));
    }

    [Fact]
    public async Task A_till_that_was_away_is_told_when_it_comes_back_and_only_once()
    {
        using var directory = new TempDirectory();
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));
        await using (var till = await TillAsync(north.Node, north.Id, directory))
        {
            await till.MutateAsync(draft => draft.Update("products", chain.Product, ("price", FieldValue.Of(1))), Late);
            await till.Outbox.WhenSentAsync(Late);
        }

        await north.SyncAsync();
        await using (var till = await TillAsync(north.Node, north.Id, directory))
        {
            await ClientShop.EventuallyAsync(() => till.Outbox.Summary.Rejected == 1, () => $"{till.Outbox.Summary}");
            await till.Outbox.DiscardAsync(Assert.Single(await till.Outbox.TrayAsync(Late)).Id, Late);
        }

        await using var again = await TillAsync(north.Node, north.Id, directory);
        Assert.Empty(await again.Outbox.TrayAsync(Late));
    }

    [Fact]
    public async Task In_a_branch_of_a_branch_nothing_is_final_before_head_office_said_so()
    {
        await using var chain = await Chain.OpenAsync();
        await using var network = new Network();
        var (region, shop) = (await chain.JoinAsync("Region"), await network.AddAsync());
        var id = (await Network.FollowAsync(shop, region.Node, "Shop"))!.Value;
        await network.SettleAsync();
        await region.SyncAsync();
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));
        var (sale, price) = (NewId.Next(), Write.Update("products", chain.Product, ("price", FieldValue.Of(1))));
        using var till = shop.SignedIn("manager", id.ToString());
        await PushAsync(till, new(1, Write.Insert("clients", sale, ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(id.ToString())))), new(2, price));
        Assert.Equal(0, (await WordAsync(till)).N);

        await network.SettleAsync();
        Assert.Equal(0, (await WordAsync(till)).N);
        await region.SyncAsync();
        Assert.Equal(0, (await WordAsync(till)).N);
        await network.SettleAsync();

        var word = await WordAsync(till);
        Assert.Equal(2, word.N);
        var refused = Assert.Single(word.Refused);
        Assert.Equal((2, ErrorCodes.RowDeleted), (refused.Mutation.N, Assert.IsType<MutationOutcome.Rejected>(refused.Outcome).Code));
        Assert.Equal(["Head office refused it"], await TrayAsync(shop));
        Assert.Equal(["Head office refused it"], await TrayAsync(region.Node));
        Assert.Empty((await WordAsync(till, word.Heard)).Refused);
        using var somebody = shop.SignedIn("cashier", id.ToString());
        Assert.Empty((await WordAsync(somebody)).Refused);
    }

    [Fact]
    public async Task What_one_branch_was_refused_no_other_is_told_though_it_names_the_same_device()
    {
        await using var chain = await Chain.OpenAsync();
        await using var network = new Network();
        var (region, kiosk, other) = (await chain.JoinAsync("Region"), await network.AddAsync(), await network.AddAsync());
        _ = await Network.FollowAsync(kiosk, region.Node, "Kiosk");
        var there = (await Network.FollowAsync(other, region.Node, "Other"))!.Value;
        await network.SettleAsync();
        await Chain.WriteAsync(other, "till", Write.Insert("clients", NewId.Next(), ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(there.ToString()))));
        await region.SyncAsync();
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));
        await Chain.WriteAsync(kiosk, "till", Write.Update("products", chain.Product, ("price", FieldValue.Of(1))));

        await network.SettleAsync();
        await region.SyncAsync();
        await network.SettleAsync();

        Assert.Equal(["Head office refused it"], await TrayAsync(kiosk));
        Assert.Empty(await TrayAsync(other));
    }

    [Fact]
    public async Task A_device_under_a_new_id_is_told_what_was_said_of_the_former_one()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        using var till = north.Node.SignedIn("manager", north.Id.ToString());
        await PushAsync(till, new(1, Write.Update("products", chain.Product, ("price", FieldValue.Of(1)))), new(2, Write.Update("products", chain.Product, ("name", FieldValue.Of("Rice, 5 kg")))));
        Assert.Equal(0, (await WordAsync(till, device: "till-2", formers: "till")).N);
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));
        await north.SyncAsync();

        Assert.Equal([1, 2], (await WordAsync(till, device: "till-2", formers: "till")).Refused.Select(one => one.Mutation.N));
        Assert.Empty((await WordAsync(till, device: "till-2")).Refused);
    }

    [Fact]
    public async Task Where_nothing_is_above_a_till_is_told_nothing_and_everything_is_final()
    {
        await using var chain = await Chain.OpenAsync();
        using var till = chain.Master.SignedIn("manager");
        var reply = await till.PostAsJsonAsync("/sync/pull", new { device = "till", cursors = new Dictionary<string, string?>() }, Late);
        Assert.False((await reply.JsonAsync()).TryGetProperty("lastWord", out _));
    }

    private static async Task<BranchlineClient> TillAsync(TestNode node, Guid branch, TempDirectory directory)
    {
        var person = node.User("manager", branch.ToString());
        var client = await BranchlineClient.ConnectAsync(
            node.Address, Credentials.Person(person.Email, TestNode.Password), new ClientStore(Path.Combine(directory.Path, "till.db")), ClientShop.Quick, Late);
        await client.WhenLoadedAsync(Late);
        await ClientShop.InStepAsync(client);
        return client;
    }

    private static async Task PushAsync(HttpClient till, params (long N, RowWrite Write)[] writes)
    {
        var device = new DeviceId("till");
        var mutations = writes.Select(write => new Mutation(device, write.N, NewId.Next(), new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), (int)write.N, device), null, [write.Write]));
        var body = JsonContent.Create(new PushRequest(null, [.. mutations]), ProtocolJson.Default.PushRequest);
        var reply = JsonSerializer.Deserialize(await (await till.PostAsync("/sync/push", body, Late)).Content.ReadAsStringAsync(Late), ProtocolJson.Default.PushReply)!;
        Assert.All(reply.Outcomes, outcome => Assert.IsType<MutationOutcome.Applied>(outcome));
    }

    private static async Task<LastWord> WordAsync(HttpClient till, Cursor? heard = null, string device = "till", params string[] formers)
    {
        var request = new PullRequest(new DeviceId(device), new Dictionary<string, Cursor?>()) { Heard = heard, Formers = [.. formers.Select(former => new DeviceId(former))] };
        var body = JsonContent.Create(request, ProtocolJson.Default.PullRequest);
        var reply = await (await till.PostAsync("/sync/pull", body, Late)).Content.ReadAsStringAsync(Late);
        return JsonSerializer.Deserialize(reply, ProtocolJson.Default.PullReply)!.LastWord!;
    }

    private static async Task<IReadOnlyList<string>> TrayAsync(TestNode node)
    {
        using var admin = node.SignedIn("admin");
        var tray = await (await admin.GetAsync("/api/tray", Late)).JsonAsync();
        return [.. tray.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("reason").GetString()!.Split(':')[0])];
    }
}
