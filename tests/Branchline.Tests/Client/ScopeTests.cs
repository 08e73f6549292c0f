using Branchline.Client;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Client;

public sealed class ScopeTests
{
    [Fact]
    public async Task A_row_that_is_given_to_another_branch_goes()
    {
        await using var shop = await ClientShop.OpenAsync();
        var ana = NewId.Next();
        await shop.AsNodeAsync(Buyer(ana, "Ana", shop.North), Buyer(NewId.Next(), "Ben", shop.South));
        var client = await shop.InStepAsync("till", "cashier");
        Assert.Equal(["Ana"], await NamesAsync(client));

        await shop.AsNodeAsync(Write.Update("clients", ana, ("branch_id", FieldValue.Of(shop.South.ToString()))));
        await ClientShop.InStepAsync(client);

        Assert.Empty(await NamesAsync(client));
    }

    [Fact]
    public async Task A_branch_that_is_no_longer_held_goes_but_what_was_written_there_is_sent_first()
    {
        await using var shop = await ClientShop.OpenAsync();
        var (ana, eva) = (NewId.Next(), NewId.Next());
        await shop.AsNodeAsync(Buyer(ana, "Ana", shop.North), Buyer(eva, "Eva", shop.North), Buyer(NewId.Next(), "Ben", shop.South));
        var client = await shop.InStepAsync("till", "cashier");
        shop.Line.Cut();
        var people = client.Table<Buyer>("clients");
        await people.SaveAsync((await people.FindAsync(ana, ClientShop.Late))! with { Note = "owes us" }, ClientShop.Late);
        var cashier = shop.Node.User("cashier", shop.North.ToString());
        Assert.IsType<UserOutcome.Saved>(shop.Node.Node.Users.Change(cashier.Id, new UserChange { BranchIds = [shop.South.ToString()] }));

        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await ClientShop.EventuallyAsync(async () => (await NamesAsync(client)) is ["Ben"], () => $"{client.State}");

        var rejected = Assert.Single(await client.Outbox.TrayAsync(ClientShop.Late));
        Assert.Equal("owes us", rejected.Mutation.Writes[0].Fields["note"].AsText);
    }

    [Fact]
    public async Task Rows_of_another_branch_never_come()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till", "cashier");
        var changes = client.ChangesAsync(ClientShop.Late);

        await shop.AsNodeAsync(Buyer(NewId.Next(), "Ben", shop.South));
        await shop.AsNodeAsync(Buyer(NewId.Next(), "Ana", shop.North));
        await ClientShop.InStepAsync(client);

        Assert.Equal(["Ana"], await NamesAsync(client));
        await foreach (var change in changes)
        {
            Assert.Equal("Ana", ((IReadOnlyDictionary<string, FieldValue>)change.Row!)["name"].AsText);
            break;
        }
    }

    private static async Task<string[]> NamesAsync(BranchlineClient client) =>
        [.. (await client.Table<Buyer>("clients").ListAsync(Query.All.OrderBy("name"), ClientShop.Late)).Select(buyer => buyer.Name)];

    private static RowWrite Buyer(Guid id, string name, Guid branch) =>
        Write.Insert("clients", id, ("name", FieldValue.Of(name)), ("branch_id", FieldValue.Of(branch.ToString())));
}
