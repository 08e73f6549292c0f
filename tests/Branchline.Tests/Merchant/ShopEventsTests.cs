using Branchline.Merchant;
using Branchline.Protocol.Schema;
using Branchline.Server.Schema;

namespace Branchline.Tests.Merchant;

/// <summary>The channels, names and words that programs of others wait for. They are a public interface: none may change.</summary>
public sealed class ShopEventsTests
{
    private static readonly BusinessSchema Shop = SchemaSource.FromFiles(MerchantSchema.Files).Load();

    [Theory]
    [InlineData("sales", "sales", "sale.created", "insert")]
    [InlineData("products", "products", "product.updated", "update")]
    [InlineData("inventories", "inventory", "inventory.updated", "insert")]
    [InlineData("inventories", "inventory", "inventory.updated", "update")]
    [InlineData("categories", "categories", "category.updated", "update")]
    public void A_merchant_app_hears_what_it_listens_to(string table, string channel, string name, string on) => Hears(table, channel, name, on);

    [Theory]
    [InlineData("orders", "orders", "order.created", "insert")]
    [InlineData("orders", "orders", "order.status.changed", "move")]
    [InlineData("registrations", "registrations", "registration.released", "move:released")]
    public void The_boards_hear_what_they_listen_to(string table, string channel, string name, string on) => Hears(table, channel, name, on);

    [Theory]
    [InlineData("orders", "order_updated")]
    [InlineData("estimates", "estimate_updated")]
    public void A_plain_socket_hears_its_words(string table, string word) => Assert.Contains(Shop.Tables[table].Events, rule => rule.Word == word);

    [Theory]
    [InlineData("clients")]
    [InlineData("distributors")]
    [InlineData("appointments")]
    [InlineData("stock_requests")]
    [InlineData("visits")]
    [InlineData("campaigns")]
    [InlineData("finance_cash_requests")]
    [InlineData("leave_requests")]
    public void Every_table_of_the_office_says_what_was_done_and_nothing_more(string table)
    {
        var channel = table.Replace('_', '-');
        var rule = Assert.Single(Shop.Tables[table].Events);
        Assert.Equal((channel, channel + ":{action}"), (rule.Channel, rule.Name));
        Assert.Equal(["insert", "update", "delete"], rule.On);
        Assert.Equal(["id", "status"], rule.Fields);
    }

    [Fact]
    public void No_event_carries_money_names_or_notes_of_people()
    {
        string[] harmless = ["id", "status", "branch_id", "product_id", "number", "name", "price", "quantity", "subject_table", "subject_id"];
        Assert.All(Shop.Tables.Values, table => Assert.All(table.Events, rule => Assert.Subset(harmless.ToHashSet(), rule.Fields.ToHashSet())));
        Assert.All(Shop.Tables.Values.Where(table => table.Events.Any(rule => rule.Fields.Contains("name"))), table => Assert.Equal("catalog", table.Feature));
    }

    private static void Hears(string table, string channel, string name, string on)
    {
        var rule = Assert.Single(Shop.Tables[table].Events, rule => rule.Channel == channel && rule.Name == name);
        Assert.Contains(on, rule.On);
    }
}
