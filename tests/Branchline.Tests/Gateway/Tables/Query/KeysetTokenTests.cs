using Branchline.Protocol;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Gateway.Tables.Query;
using Branchline.Server.Store;

namespace Branchline.Tests.Gateway.Tables.Query;

public sealed class KeysetTokenTests
{
    private static readonly Guid Id = Guid.Parse("0197a1c0-0000-7000-8000-000000000001");

    private static readonly StoredRow Last = new(Id, 7, new Dictionary<string, FieldValue>
    {
        ["price"] = FieldValue.Of(1250), ["name"] = FieldValue.Of("Räucherlachs"), ["weight"] = FieldValue.Null,
    });

    [Fact]
    public void A_page_goes_on_where_the_one_before_ended()
    {
        RowSort[] sort = [new("price", true), new("weight", false), new("name", false)];

        Assert.Equal(
            [FieldValue.Of(1250), FieldValue.Null, FieldValue.Of("Räucherlachs"), FieldValue.Of(Id.ToString())],
            KeysetToken.Decode(sort, KeysetToken.Encode(sort, Last))!);
        Assert.Equal([FieldValue.Of(Id.ToString())], KeysetToken.Decode([new("id", true)], KeysetToken.Encode([new("id", true)], Last))!);
        Assert.Equal([FieldValue.Of(Id.ToString())], KeysetToken.Decode([], KeysetToken.Encode([], Last))!);
    }

    [Fact]
    public void A_token_of_another_order_is_not_taken() =>
        Assert.Null(KeysetToken.Decode([new("price", false)], KeysetToken.Encode([new("price", true)], Last)));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("***")]
    [InlineData("e30")]
    [InlineData("WyIiXQ")]
    [InlineData("WyIiLCJub3QgYW4gaWQiXQ")]
    public void Anything_else_is_not_taken(string token) => Assert.Null(KeysetToken.Decode([], token));
}
