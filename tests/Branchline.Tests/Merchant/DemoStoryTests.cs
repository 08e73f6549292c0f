using System.Globalization;
using Branchline.Merchant;
using Branchline.Merchant.Demo;
using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;
using Branchline.Server.Schema;

namespace Branchline.Tests.Merchant;

public sealed class DemoStoryTests
{
    private static readonly BusinessSchema Shop = SchemaSource.FromFiles(MerchantSchema.Files).Load();
    private static readonly DateTimeOffset SaturdayAfternoon = new(2026, 11, 21, 15, 30, 0, TimeSpan.Zero);

    public static TheoryData<DateTimeOffset> Moments =>
    [
        SaturdayAfternoon, At("2026-11-23T06:05:00Z"), At("2026-03-01T00:00:30Z"), At("2026-07-15T23:59:00Z"),
    ];

    [Theory, MemberData(nameof(Moments))]
    public void Everything_the_demo_tells_an_administrator_could_have_done_by_hand(DateTimeOffset now)
    {
        var rows = new Dictionary<(string, Guid), IReadOnlyDictionary<string, FieldValue>>();
        foreach (var write in Writes(now))
        {
            var existing = rows.GetValueOrDefault((write.Table, write.Id));
            Assert.Equal(write.Kind == WriteKind.Update, existing is not null);
            Assert.Null(RowChecks.Check(Shop, write, existing, "admin", now, out var fields));

            rows[(write.Table, write.Id)] = fields.Concat(existing ?? fields).DistinctBy(pair => pair.Key).ToDictionary();
            foreach (var field in Shop.Tables[write.Table].Fields.Values.Where(field => field.Type == FieldType.Ref))
            {
                var target = fields.GetValueOrDefault(field.Name).AsText;
                Assert.True(target is null || rows.ContainsKey((field.Table!, Guid.Parse(target))), $"{write.Table}.{field.Name} points to a row made later");
            }
        }
    }

    [Fact]
    public void The_demo_has_rows_in_every_table()
    {
        // Inventories are made by the node from the movements of stock.
        var told = Writes(SaturdayAfternoon).Select(write => write.Table).Append("inventories").Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(Shop.Tables.Keys.Order(StringComparer.Ordinal), told);
    }

    [Fact]
    public void The_same_seed_tells_the_same_story()
    {
        var first = DemoShop.Tell(7, SaturdayAfternoon).Select(mutation => mutation.Id).ToList();
        Assert.Equal(first, DemoShop.Tell(7, SaturdayAfternoon).Select(mutation => mutation.Id));
        Assert.Equal(first.Count, first.Distinct().Count());
        Assert.NotEqual(first[0], DemoShop.Tell(8, SaturdayAfternoon).First().Id);
    }

    [Theory, MemberData(nameof(Moments))]
    public void Nothing_is_told_that_lies_in_the_future(DateTimeOffset now)
    {
        Assert.All(DemoShop.Tell(1, now), mutation => Assert.InRange(mutation.At.Milliseconds, 0, now.ToUnixTimeMilliseconds()));
    }

    [Theory, MemberData(nameof(Moments))]
    public void No_shelf_of_the_demo_is_below_zero_and_some_run_low(DateTimeOffset now)
    {
        var movements = Writes(now).Where(write => write.Table == "inventory_adjustments")
            .OrderBy(write => Text(write, "at"), StringComparer.Ordinal)
            .GroupBy(write => Text(write, "branch_id") + Text(write, "product_id"));
        var onHand = movements.Select(shelf => shelf.Aggregate(
            0L, (sum, entry) => Text(entry, "kind") == "count" ? Number(entry, "quantity") : sum + Number(entry, "quantity"))).ToList();
        Assert.Equal(500, onHand.Count);
        Assert.DoesNotContain(onHand, quantity => quantity < 0);
        Assert.InRange(onHand.Count(quantity => quantity <= 3), 4, 120);
    }

    [Theory, MemberData(nameof(Moments))]
    public void Every_order_and_sale_is_worth_something(DateTimeOffset now) => Assert.All(
        Writes(now).Where(write => write.Table is "orders" or "sales" && write.Kind == WriteKind.Insert),
        write => Assert.True(Number(write, "total") > 0));

    [Fact]
    public void Receipt_numbers_of_a_till_have_no_gaps()
    {
        var tills = Writes(SaturdayAfternoon).Where(write => write.Table == "sales")
            .Select(write => write.Fields.GetValueOrDefault("receipt_number").AsText).OfType<string>()
            .GroupBy(number => number[..6]).ToList();
        Assert.Equal(4, tills.Count);
        Assert.All(tills, till => Assert.Equal(
            Enumerable.Range(1, till.Count()).Select(number => $"{till.Key}-{number:000000}"), till.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_month_has_sales_on_each_of_its_days_and_today_in_each_branch()
    {
        var days = Writes(SaturdayAfternoon).Where(write => write.Table == "sales" && write.Kind == WriteKind.Insert)
            .GroupBy(write => (Text(write, "branch_id"), Text(write, "sold_at")[..10])).ToList();
        Assert.Equal(62, days.Count);
        Assert.All(days, day => Assert.InRange(day.Count(), 20, 100));
    }

    [Fact]
    public void Twelve_categories_hold_at_least_240_products_with_prices_and_true_barcodes()
    {
        var products = Writes(SaturdayAfternoon).Where(write => write.Table == "products").ToList();
        Assert.True(products.Count >= 240);
        Assert.Equal(12, products.Select(product => Text(product, "category_id")).Distinct().Count());
        Assert.Equal(products.Count, products.Select(product => Text(product, "barcode")).Distinct().Count());
        Assert.All(products, product =>
        {
            var barcode = Text(product, "barcode");
            Assert.Equal(13, barcode.Length);
            Assert.Equal(Barcode.CheckDigit(barcode[..12]), barcode[12] - '0');
            Assert.InRange(Number(product, "cost"), 1, Number(product, "price"));
        });
    }

    [Fact]
    public void A_check_digit_is_reckoned_as_on_a_real_article() => Assert.Equal(1, Barcode.CheckDigit("400638133393"));

    private static IEnumerable<RowWrite> Writes(DateTimeOffset now) => DemoShop.Tell(1, now).SelectMany(mutation => mutation.Writes);

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);

    private static string Text(RowWrite write, string field) => write.Fields[field].AsText!;

    private static long Number(RowWrite write, string field) => write.Fields[field].AsInteger!.Value;
}
