using Branchline.Merchant;
using Branchline.Protocol.Schema;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Schema;

namespace Branchline.Tests.Gateway.Tables;

/// <summary>The merchant's tables as REST sees them, without a node.</summary>
internal static class Shop
{
    public static BusinessSchema Schema { get; } = SchemaSource.FromFiles(MerchantSchema.Files).Load();

    public static RestTables Tables { get; } = new(Schema);

    public static RestTable Table(string name) => Tables.All.Single(table => table.Name == name);
}
