using System.Net;
using System.Net.Http.Json;
using Branchline.Protocol;
using Branchline.Server.Schema;

namespace Branchline.Tests.Sync;

/// <summary>Lines are seen where their order is: <c>scope: { branch: branch_id, through: order_id }</c>.</summary>
public sealed class ParentScopeTests
{
    [Fact]
    public async Task Lines_follow_their_order_in_the_same_commit()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var (order, other) = (NewId.Next(), NewId.Next());
        var lines = new[] { NewId.Next(), NewId.Next() };
        await both.ApplyAsync(
            Order(order, shop.North), Line(lines[0], order, shop.North), Line(lines[1], order, shop.North), Order(other, shop.North),
            Line(NewId.Next(), other, shop.North));
        var seen = (await both.ChangesAsync(shop.NorthScope)).Count;

        await both.ApplyAsync(Write.Update("orders", order, Branch(shop.South)));

        var left = (await both.ChangesAsync(shop.NorthScope)).Skip(seen).ToList();
        Assert.All(left, change => Assert.Equal((ChangeKind.Leave, null), (change.Kind, change.Fields)));
        Assert.Equal([order, .. lines], left.Select(change => change.Id).Order(Comparer<Guid>.Create((a, b) => Place(a).CompareTo(Place(b)))));
        var entered = await both.ChangesAsync(shop.SouthScope);
        Assert.All(entered, change => Assert.Equal(ChangeKind.Enter, change.Kind));
        Assert.Equal([order, .. lines], entered.Select(change => change.Id));
        Assert.Equal(shop.South.ToString(), (await both.RowAsync(shop.SouthScope, "order_lines", lines[1]))!["branch_id"].AsText);
        Assert.Null(await both.RowAsync(shop.NorthScope, "order_lines", lines[0]));

        int Place(Guid id) => id == order ? -1 : Array.IndexOf(lines, id);
    }

    [Fact]
    public async Task A_line_lands_where_its_order_is_whatever_its_device_thought()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var (order, line) = (NewId.Next(), NewId.Next());
        await both.ApplyAsync(Order(order, shop.North));
        await both.ApplyAsync(Write.Update("orders", order, Branch(shop.South)));

        var outcome = Assert.Single((await both.PushAsync(Line(line, order, shop.North))).Outcomes);

        Assert.Equal(["order_lines.branch_id"], Assert.IsType<MutationOutcome.Merged>(outcome).KeptFields);
        Assert.NotNull(await both.RowAsync(shop.SouthScope, "order_lines", line));
        Assert.DoesNotContain(await both.ChangesAsync(shop.NorthScope), change => change.Id == line);
    }

    [Fact]
    public async Task A_line_that_stands_before_its_order_in_the_mutation_lands_there_too()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var (order, line) = (NewId.Next(), NewId.Next());

        await both.PushAsync(Line(line, order, shop.North), Order(order, shop.South));

        Assert.NotNull(await both.RowAsync(shop.SouthScope, "order_lines", line));
    }

    [Fact]
    public async Task Somebody_of_the_branch_an_order_left_cannot_write_its_lines_nor_learn_where_it_is()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var north = shop.Device("cashier", shop.North);
        var (order, line) = (NewId.Next(), NewId.Next());
        await both.ApplyAsync(Order(order, shop.North), Line(line, order, shop.North));
        await both.ApplyAsync(Write.Update("orders", order, Branch(shop.South)));

        var added = await north.RejectAsync(Line(NewId.Next(), order, shop.North));
        var changed = await north.RejectAsync(Write.Update("order_lines", line, ("note", FieldValue.Of("no onions"))));
        var never = await north.RejectAsync(Line(NewId.Next(), NewId.Next(), shop.North));

        Assert.Equal(ErrorCodes.BrokenReference, added.Code);
        Assert.Equal(never.Reason, added.Reason);
        Assert.Equal(ErrorCodes.RowMissing, changed.Code);
    }

    [Fact]
    public async Task A_line_given_to_another_order_goes_to_its_branch()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var (first, second, line) = (NewId.Next(), NewId.Next(), NewId.Next());
        await both.ApplyAsync(Order(first, shop.North), Order(second, shop.South), Line(line, first, shop.North));

        await both.ApplyAsync(Write.Update("order_lines", line, ("order_id", FieldValue.Of(second.ToString()))));

        Assert.Null(await both.RowAsync(shop.NorthScope, "order_lines", line));
        Assert.NotNull(await both.RowAsync(shop.SouthScope, "order_lines", line));
    }

    [Fact]
    public async Task An_order_that_went_and_came_back_has_all_its_lines_again()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var (order, line, late) = (NewId.Next(), NewId.Next(), NewId.Next());
        await both.ApplyAsync(Order(order, shop.North), Line(line, order, shop.North));
        await both.ApplyAsync(Write.Update("orders", order, Branch(shop.South)));
        await both.ApplyAsync(Line(late, order, shop.South));

        await both.ApplyAsync(Write.Update("orders", order, Branch(shop.North)));

        Assert.NotNull(await both.RowAsync(shop.NorthScope, "order_lines", line));
        Assert.NotNull(await both.RowAsync(shop.NorthScope, "order_lines", late));
        Assert.DoesNotContain((await both.SnapshotAsync(shop.SouthScope)).Parts, part => part.Table == "order_lines" && part.Rows.Count > 0);
    }

    [Fact]
    public async Task What_follows_what_follows_goes_along_even_when_it_is_written_in_the_same_mutation()
    {
        using var directory = new TempDirectory();
        await using var node = await TestNode.StartAsync(new TestSettings
        {
            Directory = directory.Path,
            Schema = SchemaSource.FromFiles([KeyValuePair.Create("s.yaml", Chain)]),
        });
        var (north, south) = (NewId.Next(), NewId.Next());
        var both = new TestDevice(node.SignedIn("manager", north.ToString(), south.ToString()), "till-1");
        var (order, line, note, other) = (NewId.Next(), NewId.Next(), NewId.Next(), NewId.Next());
        await both.ApplyAsync(
            Write.Insert("orders", order, ("at", FieldValue.Of(north.ToString()))), Child("lines", line, order), Child("notes", note, line), Child("notes", other, line));

        await both.ApplyAsync(Write.Update("orders", order, ("at", FieldValue.Of(south.ToString()))), Write.Update("notes", note, ("text", FieldValue.Of("new"))));

        foreach (var (table, id) in new[] { ("lines", line), ("notes", note), ("notes", other) })
        {
            Assert.Null(await both.RowAsync($"branch:{north}", table, id));
            Assert.NotNull(await both.RowAsync($"branch:{south}", table, id));
        }

        RowWrite Child(string table, Guid id, Guid parent) =>
            Write.Insert(table, id, ("at", FieldValue.Of(north.ToString())), ("of", FieldValue.Of(parent.ToString())));
    }

    [Fact]
    public async Task A_deleted_line_does_not_travel_with_its_order()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var (order, line) = (NewId.Next(), NewId.Next());
        await both.ApplyAsync(Order(order, shop.North), Line(line, order, shop.North));
        await both.ApplyAsync(Write.Delete("order_lines", line));

        await both.ApplyAsync(Write.Update("orders", order, Branch(shop.South)));

        Assert.DoesNotContain(await both.ChangesAsync(shop.SouthScope), change => change.Id == line);
    }

    [Fact]
    public async Task A_line_that_is_deleted_a_second_time_stays_gone_though_its_order_has_moved_since()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var (order, line) = (NewId.Next(), NewId.Next());
        await both.ApplyAsync(Order(order, shop.North), Line(line, order, shop.North));
        await both.ApplyAsync(Write.Delete("order_lines", line));
        await both.ApplyAsync(Write.Update("orders", order, Branch(shop.South)));
        var seen = (await both.ChangesAsync(shop.NorthScope)).Count;

        await both.PushAsync(Write.Delete("order_lines", line));

        Assert.Empty((await both.ChangesAsync(shop.NorthScope)).Skip(seen));
        Assert.DoesNotContain(await both.ChangesAsync(shop.SouthScope), change => change.Id == line);
        Assert.Null(await both.RowAsync(shop.SouthScope, "order_lines", line));
    }

    [Fact]
    public async Task Who_is_online_and_names_another_branch_is_told()
    {
        await using var shop = await Shop.OpenAsync();
        var both = shop.Device("manager", shop.North, shop.South);
        var order = NewId.Next();
        await both.ApplyAsync(Order(order, shop.North));
        using var http = shop.Node.SignedIn("manager", shop.North.ToString(), shop.South.ToString());

        using var answer = await http.PostAsJsonAsync(
            "/api/order_lines", new { order_id = order, branch_id = shop.South, name = "Rice", quantity = 1, unit_price = 5, total = 5 });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var said = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(ErrorCodes.ReadOnlyField, said, StringComparison.Ordinal);
        Assert.Contains("order_lines.branch_id", said, StringComparison.Ordinal);
    }

    private const string Chain = """
        feature: s
        tables:
          orders:
            scope: { branch: at }
            fields: { at: { type: text, required: true } }
            access: { create: "*", update: "*" }
          lines:
            scope: { branch: at, through: of }
            fields: { at: { type: text, required: true }, of: { type: ref, table: orders, required: true } }
            access: { create: "*", update: "*" }
          notes:
            scope: { branch: at, through: of }
            fields: { at: { type: text, required: true }, of: { type: ref, table: lines, required: true }, text: { type: text } }
            access: { create: "*", update: "*" }
        """;

    private static (string, FieldValue) Branch(Guid branch) => ("branch_id", FieldValue.Of(branch.ToString()));

    private static RowWrite Order(Guid id, Guid branch) => Write.Insert("orders", id, Branch(branch), ("number", FieldValue.Of(id.ToString())));

    private static RowWrite Line(Guid id, Guid order, Guid branch) => Write.Insert(
        "order_lines", id, ("order_id", FieldValue.Of(order.ToString())), Branch(branch), ("name", FieldValue.Of("Rice")),
        ("unit_price", FieldValue.Of(5)), ("total", FieldValue.Of(5)));
}
