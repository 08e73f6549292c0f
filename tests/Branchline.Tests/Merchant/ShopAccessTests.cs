using Branchline.Merchant;
using Branchline.Protocol.Schema;
using Branchline.Server.Schema;

namespace Branchline.Tests.Merchant;

public sealed class ShopAccessTests
{
    private static readonly BusinessSchema Shop = SchemaSource.FromFiles(MerchantSchema.Files).Load();

    [Theory]
    [InlineData("sales")]
    [InlineData("sale_lines")]
    [InlineData("transactions")]
    [InlineData("inventory_adjustments")]
    [InlineData("orders")]
    [InlineData("registrations")]
    [InlineData("clients")]
    [InlineData("estimates")]
    [InlineData("comments")]
    public void A_cashier_may_sell_and_serve(string table) => Assert.Contains("cashier", Shop.Tables[table].Access.Create);

    [Theory]
    [InlineData("products")]
    [InlineData("categories")]
    [InlineData("branches")]
    public void A_cashier_may_not_change_the_catalogue(string table)
    {
        var access = Shop.Tables[table].Access;
        Assert.DoesNotContain("cashier", access.Create.Concat(access.Update).Concat(access.Delete));
    }

    [Theory]
    [InlineData("finance_cash_requests")]
    [InlineData("leave_requests")]
    [InlineData("distributors")]
    public void Only_those_in_charge_read_what_touches_money_and_contracts(string table) =>
        Assert.Equal(["admin", "manager"], Shop.Tables[table].Access.Read.Order(StringComparer.Ordinal));

    [Fact]
    public void A_manager_may_do_whatever_a_cashier_may() => Assert.All(Shop.Tables.Values, table =>
    {
        foreach (var roles in new[] { table.Access.Read, table.Access.Create, table.Access.Update, table.Access.Delete })
        {
            Assert.True(roles.Contains("manager") || roles.Contains("*") || !roles.Contains("cashier"), table.Name);
        }
    });

    [Fact]
    public void Releasing_hands_out_what_was_paid_and_nothing_else()
    {
        var moves = Shop.Tables["orders"].Workflow!.Moves.Where(move => move.Roles.Contains("releasing")).Select(move => move.To);
        Assert.Equal(["for_release", "released"], moves);
    }

    [Fact]
    public void Nobody_deletes_what_is_on_the_shelves() => Assert.Empty(Shop.Tables["inventories"].Access.Delete);

    [Fact]
    public void What_was_sold_and_paid_is_a_document_of_record() => Assert.Equal(
        ["inventory_adjustments", "sale_lines", "sales", "transactions"],
        Shop.Tables.Values.Where(table => table.Document).Select(table => table.Name).Order(StringComparer.Ordinal));
}
