using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Mutations;

/// <summary>A row that others name is remembered by the writer, and never for longer than it stands as it was.</summary>
public sealed class NamedRowTests
{
    [Fact]
    public async Task A_category_that_was_named_a_moment_ago_is_named_no_longer_once_it_is_deleted()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var category = NewId.Next();
        await till.ApplyAsync(Category(category));
        await till.ApplyAsync(Product(category));

        await till.ApplyAsync(Write.Delete("categories", category));

        Assert.Equal(ErrorCodes.BrokenReference, (await till.RejectAsync(Product(category))).Code);
    }

    [Fact]
    public async Task A_client_that_moved_to_another_branch_is_named_there_and_no_longer_here()
    {
        await using var shop = await Shop.OpenAsync();
        TestDevice north = shop.Device("manager", shop.North), south = shop.Device("manager", shop.South);
        var client = NewId.Next();
        await north.ApplyAsync(Write.Insert("clients", client, ("name", FieldValue.Of("Ana")), Branch(shop.North)));
        await north.ApplyAsync(Visit(client, shop.North));
        Assert.Equal(ErrorCodes.BrokenReference, (await south.RejectAsync(Visit(client, shop.South))).Code);

        await shop.AsNodeAsync(Write.Update("clients", client, Branch(shop.South)));

        Assert.Equal(ErrorCodes.BrokenReference, (await north.RejectAsync(Visit(client, shop.North))).Code);
        await south.ApplyAsync(Visit(client, shop.South));
    }

    [Fact]
    public async Task What_a_dry_run_made_and_named_is_named_by_nobody_afterwards()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var category = NewId.Next();

        var rehearsed = await till.RehearseAsync(till.Mutation(Category(category)), till.Mutation(Product(category)));
        till.N = 0;

        Assert.All(rehearsed.Outcomes, outcome => Assert.IsType<MutationOutcome.Applied>(outcome));
        Assert.Equal(ErrorCodes.BrokenReference, (await till.RejectAsync(Product(category))).Code);
    }

    [Fact]
    public async Task A_branch_whose_time_zone_is_put_right_has_other_days_from_the_next_row_on()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("manager", shop.North);
        var days = new List<string?>();
        foreach (var zone in (string[])["Pacific/Kiritimati", "Pacific/Pago_Pago"])
        {
            // A day and an hour lie between the two.
            await shop.AsNodeAsync(Write.Update("branches", shop.North, ("timezone", FieldValue.Of(zone))));
            var client = NewId.Next();
            await till.ApplyAsync(Write.Insert("clients", client, ("name", FieldValue.Of(zone)), Branch(shop.North)));
            days.Add(Stored.Scalar(shop.Node, $"SELECT since FROM clients WHERE id = '{client}'"));
        }

        Assert.NotEqual(days[0], days[1]);
    }

    private static (string, FieldValue) Branch(Guid branch) => ("branch_id", FieldValue.Of(branch.ToString()));

    private static RowWrite Category(Guid id) => Write.Insert("categories", id, ("name", FieldValue.Of("Tea")));

    private static RowWrite Product(Guid category) => Write.Insert(
        "products", NewId.Next(), ("name", FieldValue.Of("Green tea")), ("price", FieldValue.Of(300)), ("category_id", FieldValue.Of(category.ToString())));

    private static RowWrite Visit(Guid client, Guid branch) => Write.Insert(
        "visits", NewId.Next(), ("purpose", FieldValue.Of("A call")), Branch(branch), ("client_id", FieldValue.Of(client.ToString())));
}
