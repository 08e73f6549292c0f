using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;

namespace Branchline.Tests.Golden;

/// <summary>Replays protocol/sync/checksums.json: both ends have the same checksum of the same rows.</summary>
public sealed class ChecksumsTests
{
    private static readonly JsonNode Golden = JsonNode.Parse(Repository.ReadBytes("protocol/sync/checksums.json"))!;

    [Fact]
    public void A_row_has_the_checksum_that_the_browser_gives_it()
    {
        var checksum = new RowChecksum();
        foreach (var row in Golden["rows"]!.AsArray())
        {
            var fields = row!["fields"].Deserialize(ProtocolJson.Default.DictionaryStringFieldValue)!;
            var sum = checksum.Of((string)row["table"]!, Guid.Parse((string)row["id"]!), [.. fields.Keys.Order(StringComparer.Ordinal)], fields);
            Assert.Equal(((string)row["checksum"]!, row.ToJsonString()), (RowChecksum.Format(sum), row.ToJsonString()));
        }
    }

    [Fact]
    public void Rows_add_up_in_any_order_without_regard_to_what_is_carried_over()
    {
        foreach (var one in Golden["sums"]!.AsArray())
        {
            var sum = one!["of"]!.AsArray().Aggregate(0UL, (sum, row) => unchecked(sum + Convert.ToUInt64((string)row!, 16)));
            Assert.Equal((string)one["sum"]!, RowChecksum.Format(sum));
        }
    }
}
