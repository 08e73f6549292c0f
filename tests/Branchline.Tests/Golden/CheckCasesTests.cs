using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;

namespace Branchline.Tests.Golden;

/// <summary>
/// Replays protocol/sync/checks.json: the browser and the node refuse the same writes for the same reason. Where a case says
/// <c>node</c>, a device must send the form of the wire, while the node takes what was sent and brings it to that form.
/// </summary>
public sealed class CheckCasesTests
{
    private const string Path = "protocol/sync/checks.json";

    private static readonly JsonObject Golden = JsonNode.Parse(
        Repository.ReadBytes(Path), null, new JsonDocumentOptions { MaxDepth = 96 })!.AsObject();

    private static readonly BusinessSchema Schema = SchemaJson.Parse(JsonSerializer.SerializeToUtf8Bytes(Golden["schema"]));

    public static TheoryData<string> Names => [.. Golden["cases"]!.AsArray().Select(one => (string)one!["name"]!)];

    [Fact]
    public void The_compiled_schema_is_written_as_it_was_read()
    {
        var actual = JsonNode.Parse(SchemaJson.Write(Schema));
        Assert.True(JsonNode.DeepEquals(Golden["schema"], actual), $"expected {Golden["schema"]!.ToJsonString()}\nbut was  {actual}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_node_judges_as_the_browser_does(string name)
    {
        var golden = Golden["cases"]!.AsArray().Single(one => (string)one!["name"]! == name)!;
        var write = golden["write"].Deserialize(ProtocolJson.Default.RowWrite)!;
        var row = golden["row"].Deserialize(ProtocolJson.Default.DictionaryStringFieldValue);
        var error = RowChecks.Check(Schema, write, row, (string)golden["role"]!, DateTimeOffset.UnixEpoch, out var fields);

        var normal = golden["node"]?.Deserialize(ProtocolJson.Default.DictionaryStringFieldValue);
        Assert.Equal(normal is null ? (string?)golden["code"] : null, error?.Code);
        if (golden["field"] is { } field && normal is null)
        {
            Assert.Equal((string)field!, error?.Field);
        }

        foreach (var (changed, value) in normal ?? [])
        {
            Assert.Equal(value, fields[changed]);
        }
    }
}
