using Branchline.Protocol;

namespace Branchline.Tests.Sync;

/// <summary>Two devices that did not hear of each other write one field: what each merge policy makes of it.</summary>
public sealed class PolicyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_plain_writes_the_later_one_counts_whichever_arrives_first(bool lateFirst)
    {
        await using var shop = await ItemShop.OpenAsync();

        var (early, _) = await shop.MeetAsync([("note", Text("early"))], [("note", Text("late"))], lateFirst);

        Assert.Equal(Text("late"), await shop.FieldAsync("note"));
        Assert.Equal(lateFirst, early is MutationOutcome.Merged);
        Assert.Equal("\"late\" \"early\" LastWriter 0", shop.Conflict("kept || ' ' || lost || ' ' || policy || ' ' || is_open"));
    }

    [Fact]
    public async Task What_only_the_node_writes_no_device_writes()
    {
        await using var shop = await ItemShop.OpenAsync();

        var rejected = Assert.IsType<MutationOutcome.Rejected>(await shop.SendAsync(shop.Early, 0, ("total", FieldValue.Of(5))));
        await shop.AsNodeAsync(Write.Update("items", shop.Item, ("total", FieldValue.Of(7))));

        Assert.Equal((ErrorCodes.ReadOnlyField, "total"), (rejected.Code, rejected.Field));
        Assert.Equal(7, (await shop.FieldAsync("total")).AsInteger);
    }

    [Fact]
    public async Task What_is_written_once_stays()
    {
        await using var shop = await ItemShop.OpenAsync();

        var (early, late) = await shop.MeetAsync([("sold_by", Text("Ana"))], [("sold_by", Text("Ben"))]);
        var empty = await shop.SendAsync(shop.Late, 3000, ("sold_by", FieldValue.Null));

        Assert.IsType<MutationOutcome.Applied>(early);
        Assert.Equal(["items.sold_by"], Assert.IsType<MutationOutcome.Merged>(late).KeptFields);
        Assert.IsType<MutationOutcome.Merged>(empty);
        Assert.Equal(Text("Ana"), await shop.FieldAsync("sold_by"));
    }

    [Fact]
    public async Task Of_a_group_that_is_written_once_all_or_nothing_is_written()
    {
        await using var shop = await ItemShop.OpenAsync();

        var (_, late) = await shop.MeetAsync([("from", Text("North"))], [("from", Text("South")), ("to", Text("East"))]);

        Assert.Equal(["items.from", "items.to"], Assert.IsType<MutationOutcome.Merged>(late).KeptFields);
        Assert.Equal((Text("North"), FieldValue.Null), (await shop.FieldAsync("from"), await shop.FieldAsync("to")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_larger_and_the_smaller_number_win_whoever_wrote_later(bool lateFirst)
    {
        await using var shop = await ItemShop.OpenAsync();

        await shop.MeetAsync(
            [("top", FieldValue.Of(9)), ("last_on", Text("2026-03-01")), ("low", FieldValue.Of(1.25m))],
            [("top", FieldValue.Of(8)), ("last_on", Text("2026-02-01")), ("low", FieldValue.Of(2m))],
            lateFirst);
        await shop.SendAsync(shop.Late, 3000, ("top", FieldValue.Null), ("low", FieldValue.Null));

        Assert.Equal(9, (await shop.FieldAsync("top")).AsInteger);
        Assert.Equal(Text("2026-03-01"), await shop.FieldAsync("last_on"));
        Assert.Equal(1.25m, (await shop.FieldAsync("low")).AsDecimal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_lists_are_united_and_that_is_no_conflict(bool lateFirst)
    {
        await using var shop = await ItemShop.OpenAsync(("tags", FieldValue.OfJson("[\"old\"]")));

        var (early, late) = await shop.MeetAsync(
            [("tags", FieldValue.OfJson("[\"b\",\"a\",1]"))], [("tags", FieldValue.OfJson("[\"c\",\"a\"]"))], lateFirst);

        Assert.Equal("[\"a\",\"b\",\"c\",\"old\",1]", (await shop.FieldAsync("tags")).AsJson);
        Assert.All([early, late], outcome => Assert.IsType<MutationOutcome.Applied>(outcome));
        Assert.Equal("0", shop.Conflict("COUNT(*)"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_list_that_somebody_emptied_loses_nothing_that_another_added(bool lateFirst)
    {
        await using var shop = await ItemShop.OpenAsync();

        await shop.MeetAsync([("tags", FieldValue.OfJson("[\"a\"]"))], [("tags", FieldValue.Null)], lateFirst);

        Assert.Equal("[\"a\"]", (await shop.FieldAsync("tags")).AsJson);
    }

    [Fact]
    public async Task A_person_settles_what_is_settled_by_hand_and_who_knew_the_value_replaces_it()
    {
        await using var shop = await ItemShop.OpenAsync();

        var (_, late) = await shop.MeetAsync([("ceiling", FieldValue.Of(100))], [("ceiling", FieldValue.Of(200))]);

        Assert.Equal(["items.ceiling"], Assert.IsType<MutationOutcome.Merged>(late).KeptFields);
        Assert.Equal(100, (await shop.FieldAsync("ceiling")).AsInteger);
        Assert.Equal("100 200 1", shop.Conflict("kept || ' ' || lost || ' ' || is_open"));

        shop.Late.Base = new Cursor((await shop.Late.PullAsync([])).Epoch, 1000);
        Assert.IsType<MutationOutcome.Applied>(await shop.SendAsync(shop.Late, 3000, ("ceiling", FieldValue.Of(300))));
        Assert.Equal(300, (await shop.FieldAsync("ceiling")).AsInteger);
        Assert.Equal("1", shop.Conflict("COUNT(*)"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fields_of_a_group_come_from_one_writer(bool lateFirst)
    {
        await using var shop = await ItemShop.OpenAsync(("price", FieldValue.Of(10)), ("cost", FieldValue.Of(5)));

        await shop.MeetAsync(
            [("price", FieldValue.Of(11)), ("cost", FieldValue.Of(6))], [("price", FieldValue.Of(12)), ("cost", FieldValue.Of(5))], lateFirst);

        Assert.Equal((12, 5), ((await shop.FieldAsync("price")).AsInteger, (await shop.FieldAsync("cost")).AsInteger));
        Assert.Equal("pricing", shop.Conflict("grp"));
    }

    [Fact]
    public async Task An_older_write_to_one_field_of_a_group_does_not_meet_a_newer_one_to_another()
    {
        await using var shop = await ItemShop.OpenAsync(("price", FieldValue.Of(10)), ("cost", FieldValue.Of(5)));

        var (early, _) = await shop.MeetAsync([("cost", FieldValue.Of(6))], [("price", FieldValue.Of(12))], lateFirst: true);

        Assert.Equal(["items.cost"], Assert.IsType<MutationOutcome.Merged>(early).KeptFields);
        Assert.Equal((12, 5), ((await shop.FieldAsync("price")).AsInteger, (await shop.FieldAsync("cost")).AsInteger));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_two_moves_meet_their_group_follows_the_one_that_goes_further(bool lateFirst)
    {
        await using var shop = await ItemShop.OpenAsync();

        await shop.MeetAsync(
            [("status", Text("cancelled")), ("decided", Text("Ana"))], [("status", Text("approved")), ("decided", Text("Ben"))], lateFirst);

        Assert.Equal((Text("cancelled"), Text("Ana")), (await shop.FieldAsync("status"), await shop.FieldAsync("decided")));
        Assert.Equal("Workflow", shop.Conflict("policy"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conflict_tells_who_wrote_each_value_and_what_came_second(bool lateFirst)
    {
        await using var shop = await ItemShop.OpenAsync();

        await shop.MeetAsync([("note", Text("early"))], [("note", Text("late"))], lateFirst);

        Assert.Equal($"{shop.LateUser} {shop.EarlyUser}", shop.Conflict("kept_by || ' ' || lost_by"));
        Assert.Equal("late early", shop.Conflict("substr(kept_at, 18) || ' ' || substr(lost_at, 18)"));
        Assert.Equal("everyone", shop.Conflict("scope"));
        var second = lateFirst ? "early" : "late";
        Assert.Equal("1", Stored.Scalar(shop.Node, $"SELECT COUNT(*) FROM _conflicts JOIN _mutations ON _mutations.id = mutation WHERE device = '{second}'"));
    }

    private static FieldValue Text(string text) => FieldValue.Of(text);
}
