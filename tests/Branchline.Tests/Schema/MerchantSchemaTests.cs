using System.Text;
using Branchline.Merchant;
using Branchline.Protocol.Schema;
using Branchline.Server.Schema;

namespace Branchline.Tests.Schema;

public sealed class MerchantSchemaTests
{
    private static readonly BusinessSchema Shop = SchemaSource.FromFiles(MerchantSchema.Files).Load();

    [Fact]
    public void The_shop_that_ships_has_no_mistakes() => Assert.Contains("products", Shop.Tables.Keys);

    [Fact]
    public void A_compiled_schema_read_back_and_written_again_is_the_same_bytes()
    {
        var json = SchemaJson.Write(Shop);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(SchemaJson.Write(SchemaJson.Parse(json))));
        Assert.Equal("price", SchemaJson.Parse(json).Tables["products"].Fields["price"].Name);
    }
}
