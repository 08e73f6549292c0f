using Branchline.Client;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Client;

/// <summary>
/// The auto-purge scenarios of Couchbase's replication specification, by their names: what a device keeps when its person may see less,
/// and has again when they may see more. See docs/reference/scenarios.md.
/// </summary>
public sealed class AutoPurgeTests
{
    private const string Money = "finance_cash_requests";

    [Fact]
    public async Task Remove_docs_from_channel()
    {
        await using var shop = await ClientShop.OpenAsync();
        var (ana, eva) = (NewId.Next(), NewId.Next());
        await shop.AsNodeAsync(Buyer(ana, "Ana", shop.North), Buyer(eva, "Eva", shop.North));
        var till = await shop.InStepAsync("till", "cashier");

        await shop.AsNodeAsync(Moved(ana, shop.South));
        await ClientShop.InStepAsync(till);

        Assert.Equal(["Eva"], await NamesAsync(till));
    }

    [Fact]
    public async Task Remove_docs_from_channel_through_their_parent()
    {
        await using var shop = await ClientShop.OpenAsync();
        var (order, line) = (NewId.Next(), NewId.Next());
        await shop.AsNodeAsync(
            Write.Insert("orders", order, Branch(shop.North), ("number", FieldValue.Of("O-1"))),
            Write.Insert(
                "order_lines", line, ("order_id", FieldValue.Of(order.ToString())), Branch(shop.North), ("name", FieldValue.Of("Rice")),
                ("unit_price", FieldValue.Of(5)), ("total", FieldValue.Of(5))));
        var till = await shop.InStepAsync("till", "cashier");
        Assert.NotNull(await till.Table<Dictionary<string, FieldValue>>("order_lines").FindAsync(line, ClientShop.Late));

        await shop.AsNodeAsync(Write.Update("orders", order, Branch(shop.South)));
        await ClientShop.InStepAsync(till);

        Assert.Null(await till.Table<Dictionary<string, FieldValue>>("orders").FindAsync(order, ClientShop.Late));
        Assert.Null(await till.Table<Dictionary<string, FieldValue>>("order_lines").FindAsync(line, ClientShop.Late));
    }

    [Fact]
    public async Task Revoke_access()
    {
        await using var shop = await ClientShop.OpenAsync();
        await shop.AsNodeAsync(Buyer(NewId.Next(), "Ana", shop.North), Buyer(NewId.Next(), "Ben", shop.South));
        var till = await shop.InStepAsync("till", "cashier", branches: [shop.North, shop.South]);

        Grant(shop, [shop.South]);
        await ComesToAsync(till, ["Ben"]);
    }

    [Fact]
    public async Task Pull_after_restore_access()
    {
        await using var shop = await ClientShop.OpenAsync();
        var ana = NewId.Next();
        await shop.AsNodeAsync(Buyer(ana, "Ana", shop.North), Buyer(NewId.Next(), "Ben", shop.South));
        var till = await shop.InStepAsync("till", "cashier", branches: [shop.North, shop.South]);
        Grant(shop, [shop.South]);
        await ComesToAsync(till, ["Ben"]);
        await shop.AsNodeAsync(Write.Update("clients", ana, ("name", FieldValue.Of("Ana Maria"))), Buyer(NewId.Next(), "Eva", shop.North));

        Grant(shop, [shop.North, shop.South]);

        await ComesToAsync(till, ["Ana Maria", "Ben", "Eva"]);
    }

    [Fact]
    public async Task Push_after_remove_access()
    {
        await using var shop = await ClientShop.OpenAsync();
        var ana = NewId.Next();
        await shop.AsNodeAsync(Buyer(ana, "Ana", shop.North), Buyer(NewId.Next(), "Ben", shop.South));
        var till = await shop.InStepAsync("till", "cashier", branches: [shop.North, shop.South]);
        shop.Line.Cut();
        await till.Table<Buyer>("clients").SaveAsync(new Buyer { Id = NewId.Next(), Name = "Zoe", BranchId = shop.North }, ClientShop.Late);
        await till.Table<Buyer>("clients").SaveAsync(new Buyer { Id = NewId.Next(), Name = "Max", BranchId = shop.South }, ClientShop.Late);
        Grant(shop, [shop.South]);

        shop.Line.Mend();
        till.Nudge();
        await till.Outbox.WhenSentAsync(ClientShop.Late);

        await ComesToAsync(till, ["Ben", "Max"]);
        var refused = Assert.Single(await till.Outbox.TrayAsync(ClientShop.Late));
        Assert.Equal("Zoe", refused.Mutation.Writes[0].Fields["name"].AsText);
        Assert.Equal(["Ana"], await shop.NamesOnNodeAsync("clients", $"branch:{shop.North}"));
    }

    [Fact]
    public async Task Remove_user_from_role()
    {
        await using var shop = await ClientShop.OpenAsync();
        await shop.AsNodeAsync(Request(shop.North), Buyer(NewId.Next(), "Ana", shop.North));
        var till = await shop.InStepAsync("till", "manager");
        Assert.Single(await RequestsAsync(till));

        SetRole(shop, "manager", "cashier");

        await ClientShop.EventuallyAsync(async () => (await RequestsAsync(till)).Count == 0, () => $"{till.State}");
        await ComesToAsync(till, ["Ana"]);
    }

    [Fact]
    public async Task Restore_user_to_role()
    {
        await using var shop = await ClientShop.OpenAsync();
        await shop.AsNodeAsync(Request(shop.North));
        var till = await shop.InStepAsync("till", "manager");
        SetRole(shop, "manager", "cashier");
        await ClientShop.EventuallyAsync(async () => (await RequestsAsync(till)).Count == 0, () => $"{till.State}");
        await shop.AsNodeAsync(Request(shop.North));

        SetRole(shop, "manager", "manager");

        await ClientShop.EventuallyAsync(async () => (await RequestsAsync(till)).Count == 2, () => $"{till.State}");
    }

    [Fact]
    public async Task Revoke_access_while_offline()
    {
        await using var shop = await ClientShop.OpenAsync();
        await shop.AsNodeAsync(Buyer(NewId.Next(), "Ana", shop.North), Buyer(NewId.Next(), "Ben", shop.South));
        var till = await shop.InStepAsync("till", "cashier", branches: [shop.North, shop.South]);
        await shop.CloseAsync(till);
        Grant(shop, [shop.South]);

        var again = await shop.InStepAsync("till", "cashier", branches: [shop.North, shop.South]);

        await ComesToAsync(again, ["Ben"]);
    }

    [Fact]
    public async Task A_document_that_left_and_came_back_is_there_once_as_it_is_now()
    {
        await using var shop = await ClientShop.OpenAsync();
        var ana = NewId.Next();
        await shop.AsNodeAsync(Buyer(ana, "Ana", shop.North));
        var till = await shop.InStepAsync("till", "cashier");
        await shop.AsNodeAsync(Moved(ana, shop.South));
        await ClientShop.InStepAsync(till);
        await shop.AsNodeAsync(Write.Update("clients", ana, ("name", FieldValue.Of("Ana Maria"))));

        await shop.AsNodeAsync(Moved(ana, shop.North));
        await ClientShop.InStepAsync(till);

        Assert.Equal(["Ana Maria"], await NamesAsync(till));
    }

    [Fact]
    public async Task Auto_purge_after_resurrection()
    {
        // What is deleted stays deleted; made again it is another row, and that one goes like any other.
        await using var shop = await ClientShop.OpenAsync();
        var (ana, again) = (NewId.Next(), NewId.Next());
        await shop.AsNodeAsync(Buyer(ana, "Ana", shop.North));
        var till = await shop.InStepAsync("till", "cashier");
        await shop.AsNodeAsync(Write.Delete("clients", ana));
        await shop.AsNodeAsync(Buyer(again, "Ana", shop.North));
        await ClientShop.InStepAsync(till);
        Assert.Equal(["Ana"], await NamesAsync(till));

        await shop.AsNodeAsync(Moved(again, shop.South));
        await ClientShop.InStepAsync(till);

        Assert.Empty(await NamesAsync(till));
    }

    private static void Grant(ClientShop shop, Guid[] branches)
    {
        var cashier = shop.Node.User("cashier", shop.North.ToString(), shop.South.ToString());
        Assert.IsType<UserOutcome.Saved>(shop.Node.Node.Users.Change(cashier.Id, new UserChange { BranchIds = [.. branches.Select(branch => branch.ToString())] }));
    }

    private static void SetRole(ClientShop shop, string person, string role)
    {
        var user = shop.Node.User(person, shop.North.ToString());
        Assert.IsType<UserOutcome.Saved>(shop.Node.Node.Users.Change(user.Id, new UserChange { Role = role }));
    }

    private static Task ComesToAsync(BranchlineClient till, string[] names) => ClientShop.EventuallyAsync(
        async () => (await NamesAsync(till)).SequenceEqual(names), () => $"Not {string.Join(", ", names)}: {till.State}");

    private static async Task<string[]> NamesAsync(BranchlineClient client) =>
        [.. (await client.Table<Buyer>("clients").ListAsync(Query.All.OrderBy("name"), ClientShop.Late)).Select(buyer => buyer.Name)];

    private static async Task<IReadOnlyList<object>> RequestsAsync(BranchlineClient client) =>
        [.. await client.Table<Dictionary<string, FieldValue>>(Money).ListAsync(Query.All, ClientShop.Late)];

    private static (string, FieldValue) Branch(Guid branch) => ("branch_id", FieldValue.Of(branch.ToString()));

    private static RowWrite Moved(Guid id, Guid branch) => Write.Update("clients", id, Branch(branch));

    private static RowWrite Buyer(Guid id, string name, Guid branch) => Write.Insert("clients", id, ("name", FieldValue.Of(name)), Branch(branch));

    private static RowWrite Request(Guid branch) =>
        Write.Insert(Money, NewId.Next(), Branch(branch), ("amount", FieldValue.Of(5000)), ("purpose", FieldValue.Of("Float")));
}
