using System.Net;
using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Sync;

public sealed class PushTests
{
    private static readonly FieldValue Name = FieldValue.Of("Rice 5 kg");

    [Fact]
    public async Task Replies_lost_again_and_again_are_no_second_device()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        await till.ApplyAsync(shop.Move("in", 10));
        var sale = till.Mutation(shop.Move("sale", -2));
        for (var lost = 0; lost < 3; lost++)
        {
            using var reply = await till.TrySendAsync(sale);
        }

        Assert.IsType<MutationOutcome.Applied>(Assert.Single((await till.SendAsync(sale)).Outcomes));
        await till.ApplyAsync(shop.Move("sale", -1));
        Assert.Equal(7, await Shop.OnHandAsync(till, shop.NorthScope));
    }

    [Fact]
    public async Task A_write_sent_twice_is_applied_once_and_answered_in_the_same_words()
    {
        await using var node = await TestNode.StartAsync();
        var device = new TestDevice(node.SignedIn("manager"), "till-1");
        var mutation = device.Mutation(Category(NewId.Next(), "Grain"));

        var first = await device.SendAsync(mutation);
        var second = await device.SendAsync(mutation);

        Assert.Equal(first.Outcomes, second.Outcomes);
        Assert.IsType<MutationOutcome.Applied>(Assert.Single(first.Outcomes));
        Assert.Single(await device.ChangesAsync("everyone"));
    }

    [Fact]
    public async Task A_stamp_from_a_clock_far_ahead_is_told_of_kept_and_wins_nothing()
    {
        await using var node = await TestNode.StartAsync();
        TestDevice wrong = new(node.SignedIn("manager"), "till-1"), right = new(node.SignedIn("manager"), "till-2");
        var row = NewId.Next();
        var now = node.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var ahead = wrong.Mutation(Category(row, "Grain")) with { At = wrong.Stamp(now.AddHours(7).ToUnixTimeMilliseconds()) };

        var told = Assert.IsType<MutationOutcome.Applied>(Assert.Single((await wrong.SendAsync(ahead)).Outcomes));
        var again = Assert.Single((await wrong.SendAsync(ahead)).Outcomes);
        await right.SendAsync(right.Mutation(Write.Update("categories", row, ("name", FieldValue.Of("Oil")))) with
        {
            At = right.Stamp(now.AddMinutes(1).ToUnixTimeMilliseconds()),
        });

        Assert.Equal(ahead.At, told.Restamped!.Claimed);
        Assert.InRange(told.Restamped.Taken.Milliseconds, 1, now.AddMinutes(1).ToUnixTimeMilliseconds() - 1);
        Assert.Equal(told, again);
        Assert.Equal("Oil", (await right.RowAsync("everyone", "categories", row))!["name"].AsText);
    }

    [Fact]
    public async Task A_lost_reply_may_be_asked_for_with_the_token_of_before()
    {
        await using var node = await TestNode.StartAsync();
        var device = new TestDevice(node.SignedIn("manager"), "till-1");
        await device.PushAsync(Category(NewId.Next(), "Grain"));
        var before = device.Incarnation;
        var lost = device.Mutation(Category(NewId.Next(), "Oil"));
        await device.SendAsync(lost);

        device.Incarnation = before;
        var again = await device.SendAsync(lost);

        Assert.IsType<MutationOutcome.Applied>(Assert.Single(again.Outcomes));
        Assert.Equal(2, (await device.ChangesAsync("everyone")).Count);
    }

    [Fact]
    public async Task A_bad_mutation_among_good_ones_does_not_stop_them_and_lies_whole_in_the_tray()
    {
        await using var node = await TestNode.StartAsync();
        var device = new TestDevice(node.SignedIn("manager"), "till-1");

        var reply = await device.SendAsync(
            device.Mutation(Category(NewId.Next(), "Grain")),
            device.Mutation(Write.Insert("categories", NewId.Next(), ("colour", FieldValue.Of("red")))),
            device.Mutation(Category(NewId.Next(), "Oil")));

        Assert.IsType<MutationOutcome.Applied>(reply.Outcomes[0]);
        Assert.Equal(ErrorCodes.UnknownField, Assert.IsType<MutationOutcome.Rejected>(reply.Outcomes[1]).Code);
        Assert.IsType<MutationOutcome.Applied>(reply.Outcomes[2]);
        Assert.Equal(2, (await device.ChangesAsync("everyone")).Count);
    }

    [Fact]
    public async Task A_skipped_number_is_refused_and_the_expected_one_named()
    {
        await using var node = await TestNode.StartAsync();
        var device = new TestDevice(node.SignedIn("manager"), "till-1") { N = 4 };

        using var response = await device.TrySendAsync(device.Mutation(Category(NewId.Next(), "Grain")));

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"code\":\"number_gap\"", body, StringComparison.Ordinal);
        Assert.Contains("\"expected\":1", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copied_device_is_found_out_and_nothing_of_it_applied()
    {
        await using var node = await TestNode.StartAsync();
        var client = node.SignedIn("manager");
        var original = new TestDevice(client, "till-1");
        await original.PushAsync(Category(NewId.Next(), "Grain"));
        var copy = new TestDevice(client, "till-1") { N = original.N, Incarnation = original.Incarnation };
        await original.PushAsync(Category(NewId.Next(), "Oil"));

        using var response = await copy.TrySendAsync(copy.Mutation(Category(NewId.Next(), "Sugar")));

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("device_cloned", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(2, (await original.ChangesAsync("everyone")).Count);
    }

    [Fact]
    public async Task A_renumbered_mutation_is_known_by_its_id()
    {
        await using var node = await TestNode.StartAsync();
        var client = node.SignedIn("manager");
        var device = new TestDevice(client, "till-1");
        var mutation = device.Mutation(Category(NewId.Next(), "Grain"));
        await device.SendAsync(mutation);

        var renamed = new TestDevice(client, "till-2");
        var reply = await renamed.SendAsync(mutation with { Device = renamed.Id, N = 1, At = mutation.At with { Device = renamed.Id } });

        Assert.IsType<MutationOutcome.AlreadyApplied>(Assert.Single(reply.Outcomes));
        Assert.Single(await device.ChangesAsync("everyone"));
    }

    [Fact]
    public async Task A_mutation_under_the_id_of_a_rest_call_is_put_aside_whole_and_the_queue_goes_on()
    {
        await using var node = await TestNode.StartAsync();
        var device = new TestDevice(node.SignedIn("manager"), "till-1");
        var taken = device.Mutation(Category(NewId.Next(), "Oil"));
        var call = taken with { Device = new DeviceId("rest-1"), N = 0, Writes = [Category(NewId.Next(), "Grain")] };
        var options = ApplyOptions.Default with { Digest = "grain" };
        var first = await node.Node.Mutations.ApplyAsync(call, Writer.Node, options, TestContext.Current.CancellationToken);

        var reply = await device.SendAsync(taken);
        var again = await device.SendAsync(taken);
        await device.ApplyAsync(Category(NewId.Next(), "Sugar"));

        Assert.Equal(ErrorCodes.IdempotencyKeyReused, Assert.IsType<MutationOutcome.Rejected>(Assert.Single(reply.Outcomes)).Code);
        Assert.Equal(reply.Outcomes, again.Outcomes);
        using var database = Database.Open(Path.Combine(node.Directory, "branchline.db"), readOnly: true);
        Assert.Contains("Oil", database.Scalar("SELECT payload FROM _tray"), StringComparison.Ordinal);

        var repeated = await node.Node.Mutations.ApplyAsync(call, Writer.Node, options, TestContext.Current.CancellationToken);
        Assert.IsType<MutationOutcome.Applied>(first);
        Assert.IsType<MutationOutcome.AlreadyApplied>(repeated);
        Assert.Equal(2, (await device.ChangesAsync("everyone")).Count);
    }

    [Theory]
    [InlineData("", "malformed_json")]
    [InlineData("{", "malformed_json")]
    [InlineData("[]", "malformed_json")]
    [InlineData("{\"mutations\":[]}", "required")]
    [InlineData("{\"mutations\":[{}]}", "malformed_json")]
    [InlineData("{\"mutations\":[{\"device\":\"a\",\"n\":1,\"id\":\"0193f0a1-0000-7000-8000-000000000001\",\"at\":\"nonsense\",\"writes\":[]}]}", "malformed_json")]
    public async Task A_malformed_push_is_refused_with_a_code(string body, string code)
    {
        await using var node = await TestNode.StartAsync();

        using var response = await node.SignedIn("manager").PostAsync(
            "/sync/push", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.InRange((int)response.StatusCode, 400, 422);
        Assert.Contains($"\"code\":\"{code}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_pushes_without_signing_in()
    {
        await using var node = await TestNode.StartAsync();
        var device = new TestDevice(node.Anonymous(), "till-1");

        using var response = await device.TrySendAsync(device.Mutation(Category(NewId.Next(), "Grain")));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("rest-somebody", "rest-somebody")]
    [InlineData("till-1", "till-2")]
    public async Task Nobody_writes_under_another_ones_name(string device, string stampedBy)
    {
        await using var node = await TestNode.StartAsync();
        var forger = new TestDevice(node.SignedIn("manager"), device);
        var mutation = forger.Mutation(Category(NewId.Next(), "Grain"));

        using var response = await forger.TrySendAsync(mutation with { At = mutation.At with { Device = new DeviceId(stampedBy) } });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_mutation_that_would_hold_up_every_till_is_put_aside()
    {
        await using var node = await TestNode.StartAsync();
        var device = new TestDevice(node.SignedIn("manager"), "till-1");

        var rejected = await device.RejectAsync([.. Enumerable.Range(0, 1001).Select(number => Category(NewId.Next(), $"Category {number}"))]);

        Assert.Equal(ErrorCodes.BatchTooLarge, rejected.Code);
        Assert.Empty(await device.ChangesAsync("everyone"));
    }

    [Fact]
    public async Task What_is_deleted_already_is_not_deleted_again()
    {
        await using var node = await TestNode.StartAsync();
        var device = new TestDevice(node.SignedIn("manager"), "till-1");
        var category = NewId.Next();
        await device.ApplyAsync(Category(category, "Grain"));
        await device.ApplyAsync(Write.Delete("categories", category));

        await device.ApplyAsync(Write.Delete("categories", category));

        Assert.Equal([ChangeKind.Set, ChangeKind.Delete], (await device.ChangesAsync("everyone")).Select(change => change.Kind));
    }

    [Fact]
    public async Task What_was_sold_stays_as_it_was_sold()
    {
        await using var shop = await Shop.OpenAsync();
        var till = shop.Device("cashier", shop.North);
        var sale = NewId.Next();
        await till.ApplyAsync(Write.Insert(
            "sales", sale, ("branch_id", FieldValue.Of(shop.North.ToString())), ("receipt_number", FieldValue.Of("B01-T1-000009")),
            ("subtotal", FieldValue.Of(500)), ("total", FieldValue.Of(500))));

        using var client = shop.Node.SignedIn("cashier", shop.North.ToString());
        using var response = await client.PutAsync(
            $"/api/sales/{sale}", new StringContent("{\"total\":1}", System.Text.Encoding.UTF8, "application/json"));
        await till.PushAsync(Write.Update("sales", sale, ("total", FieldValue.Of(1))));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("\"code\":\"read_only_field\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(500, (await till.RowAsync(shop.NorthScope, "sales", sale))!["total"].AsInteger);
    }

    [Fact]
    public async Task Two_devices_that_change_different_fields_offline_both_keep_their_change()
    {
        await using var node = await TestNode.StartAsync();
        var client = node.SignedIn("manager");
        TestDevice one = new(client, "till-1"), two = new(client, "till-2");
        var id = NewId.Next();
        await one.PushAsync(Product(id, 500));

        var first = await one.PushAsync(Write.Update("products", id, ("price", FieldValue.Of(600))));
        var second = await two.PushAsync(Write.Update("products", id, ("name", FieldValue.Of("Rice, long grain"))));

        Assert.IsType<MutationOutcome.Applied>(first.Outcomes[0]);
        Assert.IsType<MutationOutcome.Applied>(second.Outcomes[0]);
        var row = await one.RowAsync("everyone", "products", id);
        Assert.Equal(600, row!["price"].AsInteger);
        Assert.Equal("Rice, long grain", row["name"].AsText);
    }

    [Fact]
    public async Task The_later_stamp_wins_whichever_arrives_first()
    {
        await using var node = await TestNode.StartAsync();
        var client = node.SignedIn("manager");
        TestDevice one = new(client, "till-1"), two = new(client, "till-2");
        var id = NewId.Next();
        await one.PushAsync(Product(id, 500));
        var now = one.Stamp().Milliseconds;

        await one.SendAsync(one.Mutation(Write.Update("products", id, ("price", FieldValue.Of(700)))) with { At = one.Stamp(now + 2000) });
        var late = await two.SendAsync(two.Mutation(Write.Update("products", id, ("price", FieldValue.Of(600)))) with { At = two.Stamp(now + 1000) });

        Assert.Equal(["products.price"], Assert.IsType<MutationOutcome.Merged>(late.Outcomes[0]).KeptFields);
        Assert.Equal(700, (await one.RowAsync("everyone", "products", id))!["price"].AsInteger);
    }

    private static RowWrite Category(Guid id, string name) => Write.Insert("categories", id, ("name", FieldValue.Of(name)));

    private static RowWrite Product(Guid id, long price) => Write.Insert("products", id, ("name", Name), ("price", FieldValue.Of(price)));
}
