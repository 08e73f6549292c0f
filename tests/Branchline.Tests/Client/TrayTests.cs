using Branchline.Client;
using Branchline.Protocol;
using Branchline.Server.Access;

namespace Branchline.Tests.Client;

public sealed class TrayTests
{
    [Fact]
    public async Task What_the_node_refuses_lies_in_the_tray_and_what_is_behind_it_goes_on()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till", "cashier");
        shop.Line.Cut();
        await client.Table<Buyer>("clients").SaveAsync(Ana(shop, client) with { BranchId = shop.South }, ClientShop.Late);
        await client.Table<Buyer>("clients").SaveAsync(Ana(shop, client), ClientShop.Late);

        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);

        var rejected = Assert.Single(await client.Outbox.TrayAsync(ClientShop.Late));
        Assert.Equal((ErrorCodes.OutOfScope, "clients"), (rejected.Code, rejected.Table));
        Assert.NotEmpty(rejected.Reason);
        Assert.Equal(shop.North, Assert.Single(await client.Table<Buyer>("clients").ListAsync(ClientShop.Late)).BranchId);
        Assert.Equal(1, client.Outbox.Summary.Rejected);
    }

    [Fact]
    public async Task A_refused_mutation_is_sent_again_otherwise_or_discarded()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        await client.MutateAsync(draft => InNoCategory(draft, client, "Rice"), ClientShop.Late);
        await client.MutateAsync(draft => InNoCategory(draft, client, "Salt"), ClientShop.Late);
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        var tray = await client.Outbox.TrayAsync(ClientShop.Late);
        Assert.Equal([ErrorCodes.BrokenReference, ErrorCodes.BrokenReference], tray.Select(one => one.Code));

        var rice = tray[0].Mutation.Writes[0];
        var right = rice with { Fields = new Dictionary<string, FieldValue>(rice.Fields) { ["category_id"] = FieldValue.Null } };
        await client.Outbox.ResendAsync(tray[0].Id, [right], ClientShop.Late);
        await client.Outbox.DiscardAsync(tray[1].Id, ClientShop.Late);
        await client.Outbox.WhenSentAsync(ClientShop.Late);

        Assert.Empty(await client.Outbox.TrayAsync(ClientShop.Late));
        Assert.Equal(["Rice"], await shop.NamesOnNodeAsync());
        await Assert.ThrowsAsync<KeyNotFoundException>(() => client.Outbox.ResendAsync(tray[1].Id, null, ClientShop.Late));
    }

    [Fact]
    public async Task A_mutation_the_node_cannot_read_is_put_aside_and_the_others_arrive()
    {
        await using var shop = await ClientShop.OpenAsync();
        shop.Line.Cut();
        var client = await shop.ConnectAsync("till");
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late);
        await client.MutateAsync(draft => draft.Insert("", client.NewId(), ("name", FieldValue.Of("nowhere"))), ClientShop.Late);
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Salt"), ClientShop.Late);

        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);

        Assert.Equal(ErrorCodes.MalformedJson, Assert.Single(await client.Outbox.TrayAsync(ClientShop.Late)).Code);
        Assert.Equal(["Rice", "Salt"], await shop.NamesOnNodeAsync());
    }

    [Fact]
    public async Task Without_a_session_the_queue_waits_and_says_so()
    {
        await using var shop = await ClientShop.OpenAsync();
        await using var client = await BranchlineClient.ConnectAsync(
            shop.Line.Address, Credentials.Token("no token of this node"), shop.Store("till"), ClientShop.Quick, ClientShop.Late);
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late);

        await foreach (var state in client.StatesAsync(ClientShop.Late))
        {
            if (state is ConnectionState.SignInNeeded(var code))
            {
                Assert.Equal(ErrorCodes.TokenInvalid, code);
                break;
            }
        }

        Assert.Equal((1, 0), (client.Outbox.Waiting, client.Outbox.Summary.Rejected));
        Assert.Equal(["Rice"], await ClientShop.NamesAsync(client));
    }

    [Fact]
    public async Task A_session_that_ended_is_opened_again_with_the_password()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        var person = shop.Node.User("manager", shop.North.ToString());

        // A password that is set ends every session, the same one too.
        Assert.IsType<UserOutcome.Saved>(shop.Node.Node.Users.Change(person.Id, new UserChange { Password = TestNode.Password }));
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late);
        await client.Outbox.WhenSentAsync(ClientShop.Late);

        Assert.Equal(["Rice"], await shop.NamesOnNodeAsync());
    }

    [Fact]
    public async Task One_persons_store_is_not_anothers()
    {
        await using var shop = await ClientShop.OpenAsync();
        var manager = await shop.InStepAsync("till");
        await manager.Table<Product>("products").SaveAsync(ClientShop.Product(manager, "Rice"), ClientShop.Late);
        await shop.CloseAsync(manager);

        var cashier = await shop.ConnectAsync("till", "cashier");

        await ClientShop.EventuallyAsync(
            () => cashier.State is ConnectionState.SignInNeeded(ConnectionState.StoreOfAnother), () => $"{cashier.State}");
    }

    // Only the node knows whether there is such a category.
    private static void InNoCategory(MutationDraft draft, BranchlineClient client, string name) => draft.Insert(
        "products", client.NewId(), ("name", FieldValue.Of(name)), ("price", FieldValue.Of(5)), ("category_id", FieldValue.Of(NewId.Next().ToString())));

    private static Buyer Ana(ClientShop shop, BranchlineClient client) =>
        new() { Id = client.NewId(), Name = "Ana", BranchId = shop.North, Birthday = new DateOnly(1990, 2, 28) };
}
