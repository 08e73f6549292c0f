using Branchline.Merchant;
using Branchline.Protocol;
using Branchline.Server.Access.Links;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Replication;
using Branchline.Server.Schema;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>Rows offered as they stand, which nobody judges: from whom they are taken, when, and which of them.</summary>
public sealed class OfferTests
{
    private static readonly DeviceId Evil = new("evil");

    [Fact]
    public async Task What_a_branch_offers_unasked_is_judged_as_if_somebody_had_written_it()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var sale = await SellAsync(north);
        var row = await RowAsync(chain.Master, "products", chain.Product);

        Assert.Equal("read_only_field", Assert.Single(await OfferAsync(north, WrittenAgain(await RowAsync(chain.Master, "sales", sale)))).Code);
        Assert.Empty(await OfferAsync(north, Price(row, 1300)));

        Assert.Equal("N-1", (await Chain.FieldAsync(chain.Master, "sales", sale, "receipt_number")).AsText);
        Assert.Equal(1300, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
    }

    [Fact]
    public async Task A_master_that_was_put_back_asks_a_branch_for_its_rows_until_it_goes_on_with_it()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var sale = await SellAsync(north);
        await PutBackAsync(chain, north);
        Assert.True(IsAsked(chain, north));
        Assert.Empty(await OfferAsync(north, WrittenAgain(await RowAsync(chain.Master, "sales", sale))));

        await north.SyncAsync();

        Assert.False(IsAsked(chain, north));
        Assert.Equal("read_only_field", Assert.Single(await OfferAsync(north, WrittenAgain(await RowAsync(chain.Master, "sales", sale)))).Code);
    }

    [Fact]
    public async Task A_branch_that_was_invited_in_this_life_of_the_log_gives_nothing_back()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await PutBackAsync(chain, north);

        var south = await chain.JoinAsync("South");

        Assert.True(IsAsked(chain, north));
        Assert.False(IsAsked(chain, south));
    }

    public static TheoryData<string, string> Forgeries => new()
    {
        { "long", "too_long" }, { "negative", "out_of_range" }, { "status", "not_in_enum" }, { "no name", "required" }, { "form", "wrong_type" },
        { "created", "wrong_type" }, { "future", "clock_wrong" }, { "field", "unknown_field" }, { "table", "unknown_table" }, { "part", "parameter_invalid" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_the_schema_does_not_take_is_not_given_back_either(string what, string code)
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await PutBackAsync(chain, north);

        var passed = await OfferAsync(north, Forge(what, await RowAsync(chain.Master, "products", chain.Product)));

        Assert.Equal(code, Assert.Single(passed).Code);
        Assert.Equal(("Rice 5 kg", 1250), ((await Chain.FieldAsync(chain.Master, "products", chain.Product, "name")).AsText, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger));
    }

    [Fact]
    public async Task What_is_written_once_stays_at_the_master_whatever_earlier_stamp_is_given_back()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var sale = await SellAsync(north);
        await PutBackAsync(chain, north);
        var row = await RowAsync(chain.Master, "sales", sale);
        var created = (await Chain.FieldAsync(chain.Master, "sales", sale, "created_at")).AsText;

        var passed = await OfferAsync(north, WrittenAgain(row));

        Assert.Empty(passed);
        Assert.Equal("N-1", (await Chain.FieldAsync(chain.Master, "sales", sale, "receipt_number")).AsText);
        Assert.Equal(created, (await Chain.FieldAsync(chain.Master, "sales", sale, "created_at")).AsText);
    }

    [Fact]
    public async Task Of_two_products_with_one_SKU_that_are_given_back_both_stay_and_head_office_is_told()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await PutBackAsync(chain, north);
        await Chain.WriteAsync(chain.Master, "office", Write.Insert("products", NewId.Next(), ("name", FieldValue.Of("Oil")), ("price", FieldValue.Of(900)), ("sku", FieldValue.Of("OIL-1"))));

        Assert.Empty(await OfferAsync(north, With(await RowAsync(chain.Master, "products", chain.Product), ("sku", FieldValue.Of("OIL-1")))));

        Assert.Equal("OIL-1", (await Chain.FieldAsync(chain.Master, "products", chain.Product, "sku")).AsText);
        using var office = chain.Master.SignedIn("admin");
        Assert.Contains("unique_clash", (await (await office.GetAsync("/api/flags", TestContext.Current.CancellationToken)).JsonAsync()).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stamp_of_the_future_that_an_equal_has_is_told_of_and_taken_once_its_time_has_come()
    {
        var (past, right) = (new TestClock(), new TestClock());
        var east = await TestNode.StartAsync(Settings(right));
        await using var first = east;
        await using var west = await TestNode.StartAsync(Settings(past));
        var rice = NewId.Next();
        await Chain.WriteAsync(east, "office-e", Write.Insert("products", rice, ("name", FieldValue.Of("Rice 5 kg")), ("price", FieldValue.Of(1250))));
        await Network.FollowAsync(west, east, "West", equal: true, all: true);
        await RoundsAsync(west);
        right.Advance(TimeSpan.FromMinutes(30));
        await Chain.WriteAsync(east, "office-e", Write.Update("products", rice, ("price", FieldValue.Of(1300))));
        right.Advance(TimeSpan.FromMinutes(-30));

        var report = await Network.RoundAsync(west);

        Assert.Contains("future", Assert.Single(report).Errors["row"], StringComparison.Ordinal);
        Assert.Equal(1250, (await Chain.FieldAsync(west, "products", rice, "price")).AsInteger);
        foreach (var clock in new[] { past, right })
        {
            clock.Advance(TimeSpan.FromMinutes(31));
            clock.Elapse(TimeSpan.FromMinutes(31));
        }

        await RoundsAsync(west);
        Assert.Equal(1300, (await Chain.FieldAsync(west, "products", rice, "price")).AsInteger);
        await Network.AssertEqualAsync(east, west);
    }

    [Fact]
    public async Task A_branch_whose_new_branch_is_refused_holds_nothing_of_it()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var (line, master) = (north.Node.Services.GetRequiredService<MasterLine>(), north.Node.Services.GetRequiredService<Masters>().All[0]);
        var links = chain.Master.Services.GetRequiredService<BranchLinks>();
        var (refused, made) = (NewId.Next(), NewId.Next());

        var reply = await line.PushAsync(
            master, new BranchPushRequest([Insert(refused, 1, ("code", FieldValue.Of("K1"))), Insert(made, 2, ("name", FieldValue.Of("Kiosk")), ("code", FieldValue.Of("K2")))]), TimeSpan.FromSeconds(20),
            TestContext.Current.CancellationToken);

        Assert.Equal([typeof(MutationOutcome.Rejected), typeof(MutationOutcome.Applied)], reply.Outcomes.Select(outcome => outcome.GetType()));
        Assert.False(links.Find(north.Link)!.Holds($"branch:{refused}"));
        Assert.True(links.Find(north.Link)!.Holds($"branch:{made}"));
    }

    private static async Task<Guid> SellAsync(ChainBranch north)
    {
        var sale = NewId.Next();
        await Chain.WriteAsync(north.Node, "till-north", Write.Insert(
            "sales", sale, ("branch_id", FieldValue.Of(north.Id.ToString())), ("receipt_number", FieldValue.Of("N-1")), ("subtotal", FieldValue.Of(100)), ("total", FieldValue.Of(100))));
        await north.SyncAsync();
        return sale;
    }

    /// <summary>Another number on the receipt, from before there were any.</summary>
    private static BranchChange WrittenAgain(BranchChange sale) =>
        With(sale, ("receipt_number", FieldValue.Of("N-666")), ("created_at", FieldValue.Of("1999-01-01T00:00:00.000Z"))) with { At = new Stamp(1, 0, Evil), Stamps = null };

    private static bool IsAsked(Chain chain, ChainBranch branch) =>
        chain.Master.Services.GetRequiredService<BranchLinks>().Find(branch.Link)!.IsAskedForRows(chain.Master.Services.GetRequiredService<BranchFeed>().Epoch);

    /// <summary>Head office loses a category that nobody else has heard of.</summary>
    private static async Task PutBackAsync(Chain chain, ChainBranch branch)
    {
        var copy = Chain.Copy(chain.Master);
        await Chain.WriteAsync(chain.Master, "office", Write.Insert("categories", NewId.Next(), ("name", FieldValue.Of("Drinks"))));
        await chain.PutMasterBackAsync(copy, branch);
    }

    private static ForwardedMutation Insert(Guid branch, long n, params (string, FieldValue)[] fields) => new(
        new Mutation(Evil, n, NewId.Next(), new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0, Evil), null, [Write.Insert("branches", branch, fields)]), "u-1", "admin");

    private static TestSettings Settings(TimeProvider time) =>
        new() { Schema = SchemaSource.FromFiles(MerchantSchema.Files), Values = Chain.ByHand, Time = time };

    private static async Task RoundsAsync(TestNode node)
    {
        for (var rounds = 0; rounds < 6; rounds++)
        {
            await Network.RoundAsync(node);
        }
    }

    private static async Task<IReadOnlyList<PassedOver>> OfferAsync(ChainBranch branch, BranchChange row)
    {
        var reply = await branch.Node.Services.GetRequiredService<MasterLine>().StatesAsync(
            branch.Node.Services.GetRequiredService<Masters>().All[0], new BranchStates([row]), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return reply.Passed;
    }

    /// <summary>The row as it stands, as a branch would offer it.</summary>
    private static async Task<BranchChange> RowAsync(TestNode node, string table, Guid id) =>
        (await node.Services.GetRequiredService<BranchFeed>().ReadAsync([(table, id)], TestContext.Current.CancellationToken))[0]!.Value.Row;

    private static BranchChange Price(BranchChange row, long price) => With(row, ("price", FieldValue.Of(price)));

    /// <summary>The same row with other values, written just now.</summary>
    private static BranchChange With(BranchChange row, params (string Name, FieldValue Value)[] values)
    {
        var now = new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 9, Evil).ToString();
        var fields = new Dictionary<string, FieldValue>(row.Fields!);
        var stamps = new Dictionary<string, string>(row.Stamps ?? new Dictionary<string, string>());
        foreach (var (name, value) in values)
        {
            fields[name] = value;
            if (name != "created_at")
            {
                stamps[name] = now;
            }
        }

        return row with { Fields = fields, Stamps = stamps };
    }

    private static BranchChange Forge(string what, BranchChange row) => what switch
    {
        "long" => With(row, ("name", FieldValue.Of(new string('x', 5000)))),
        "negative" => Price(row, -1),
        "status" => With(row, ("status", FieldValue.Of("stolen"))),
        "no name" => With(row, ("name", FieldValue.Null)),
        "form" => With(row, ("category_id", FieldValue.Of("0190A1B2-0000-7000-8000-00000000000A"))),
        "created" => With(row, ("created_at", FieldValue.Of("1/1/1999"))),
        "future" => row with { At = new Stamp(TimeProvider.System.GetUtcNow().AddYears(1).ToUnixTimeMilliseconds(), 0, Evil) },
        "field" => With(row, ("nothing", FieldValue.Of(1))) with { Stamps = null },
        "table" => row with { Table = "nothing" },
        _ => row with { Kind = ChangeKind.Set },
    };
}
