using Branchline.Client;
using Branchline.Protocol;
using Branchline.Server.Access;

namespace Branchline.Tests.Client;

public sealed class DeclaredRulesTests
{
    [Fact]
    public async Task What_the_node_would_refuse_is_refused_offline_and_says_what_would_be_right()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        shop.Line.Cut();

        var refused = await Assert.ThrowsAsync<CheckException>(
            () => client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice", -5), ClientShop.Late));

        Assert.Equal((ErrorCodes.OutOfRange, "products", "price"), (refused.Code, refused.Table, refused.Field));
        Assert.Equal(("products.price cannot be -5", "Send at least 0"), (refused.Message, refused.Remedy));
        Assert.Equal(0, client.Outbox.Waiting);
        Assert.Empty(await ClientShop.NamesAsync(client));
    }

    [Fact]
    public async Task One_write_that_breaks_a_rule_keeps_its_whole_mutation_from_being_saved_and_uses_up_no_number()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        shop.Line.Cut();
        await Assert.ThrowsAsync<CheckException>(() => client.MutateAsync(
            draft => draft.Insert("products", ClientShop.Product(client, "Rice") with { Sku = draft.NextReceipt("B01-T7") })
                .Insert("products", client.NewId(), ("name", FieldValue.Of("Salt")), ("prize", FieldValue.Of(5))),
            ClientShop.Late));
        Assert.Empty(await ClientShop.NamesAsync(client));

        var saved = await client.MutateAsync(
            draft => draft.Insert("products", ClientShop.Product(client, "Oil") with { Sku = draft.NextReceipt("B01-T7") }), ClientShop.Late);

        Assert.Equal("B01-T7-000001", saved.Receipts["B01-T7"]);
        Assert.Equal(1, Assert.Single(client.Outbox.WaitingMutations()).N);
        Assert.Equal(["Oil"], await ClientShop.NamesAsync(client));
    }

    [Fact]
    public async Task A_client_that_starts_with_no_network_checks_by_what_its_node_declared_when_it_was_last_heard()
    {
        await using var shop = await ClientShop.OpenAsync();
        await shop.CloseAsync(await shop.InStepAsync("till", "cashier"));
        shop.Line.Cut();

        var client = await shop.ConnectAsync("till", "cashier");
        var refused = await Assert.ThrowsAsync<CheckException>(
            () => client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late));

        Assert.Equal((ErrorCodes.AccessDenied, "Ask manager or admin"), (refused.Code, refused.Remedy));
        Assert.Equal(0, client.Outbox.Waiting);
    }

    [Fact]
    public async Task A_client_that_never_met_its_node_saves_unchecked_and_the_node_refuses()
    {
        await using var shop = await ClientShop.OpenAsync();
        shop.Line.Cut();
        var client = await shop.ConnectAsync("till");
        await client.Table<Product>("products").SaveAsync(ClientShop.Product(client, "Rice", -5), ClientShop.Late);
        Assert.Equal(["Rice"], await ClientShop.NamesAsync(client));

        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);

        Assert.Equal(ErrorCodes.OutOfRange, Assert.Single(await client.Outbox.TrayAsync(ClientShop.Late)).Code);
    }

    [Fact]
    public async Task An_order_moves_from_where_this_device_sees_it_unsent_moves_and_those_of_the_same_mutation_included()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till", "cashier");
        shop.Line.Cut();
        var order = client.NewId();
        await client.MutateAsync(draft => draft.Insert("orders", order, ("branch_id", FieldValue.Of(shop.North.ToString()))), ClientShop.Late);

        Assert.Equal("Move it to awaiting_payment or cancelled", (await MoveAsync("released")).Remedy);
        await client.MutateAsync(draft => Move(Move(draft, order, "awaiting_payment"), order, "paid"), ClientShop.Late);
        var refused = await MoveAsync("cancelled");

        Assert.Equal((ErrorCodes.MoveNotAllowed, "status"), (refused.Code, refused.Field));
        Assert.Equal(2, client.Outbox.Waiting);
        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        Assert.Empty(await client.Outbox.TrayAsync(ClientShop.Late));

        Task<CheckException> MoveAsync(string to) =>
            Assert.ThrowsAsync<CheckException>(() => client.MutateAsync(draft => Move(draft, order, to), ClientShop.Late));
    }

    [Fact]
    public async Task Who_is_given_another_role_is_judged_by_it_from_the_next_connection_on()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till", "cashier");
        var products = client.Table<Product>("products");
        await Assert.ThrowsAsync<CheckException>(() => products.SaveAsync(ClientShop.Product(client, "Rice"), ClientShop.Late));

        var person = shop.Node.User("cashier", shop.North.ToString());
        Assert.IsType<UserOutcome.Saved>(shop.Node.Node.Users.Change(person.Id, new UserChange { Role = "manager" }));

        await ClientShop.EventuallyAsync(async () => await TrySaveAsync(), () => "It is still judged as a cashier");
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        Assert.Equal(["Salt"], await shop.NamesOnNodeAsync());

        async Task<bool> TrySaveAsync()
        {
            try
            {
                return await products.SaveAsync(ClientShop.Product(client, "Salt"), ClientShop.Late) is not null;
            }
            catch (CheckException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task What_lies_in_the_tray_stays_there_when_it_is_sent_again_with_writes_that_break_a_rule()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        await client.MutateAsync(
            draft => draft.Insert(
                "products", client.NewId(), ("name", FieldValue.Of("Rice")), ("price", FieldValue.Of(5)),
                ("category_id", FieldValue.Of(NewId.Next().ToString()))),
            ClientShop.Late);
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        var rejected = Assert.Single(await client.Outbox.TrayAsync(ClientShop.Late));

        var worse = rejected.Mutation.Writes[0] with { Fields = new Dictionary<string, FieldValue> { ["name"] = FieldValue.Of(" ") } };
        var refused = await Assert.ThrowsAsync<CheckException>(() => client.Outbox.ResendAsync(rejected.Id, [worse], ClientShop.Late));

        Assert.Equal((ErrorCodes.Required, "name"), (refused.Code, refused.Field));
        Assert.Equal((0, 1), (client.Outbox.Waiting, client.Outbox.Summary.Rejected));
    }

    private static MutationDraft Move(MutationDraft draft, Guid order, string to) => draft.Update("orders", order, ("status", FieldValue.Of(to)));
}
