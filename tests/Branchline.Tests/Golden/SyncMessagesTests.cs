using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;

namespace Branchline.Tests.Golden;

/// <summary>Replays protocol/sync: every message is read and written again as it stands in its file.</summary>
public sealed class SyncMessagesTests
{
    private const string Folder = "protocol/sync";

    private static readonly Dictionary<string, Type> Messages = new()
    {
        ["live-error"] = typeof(LiveError),
        ["live-hello"] = typeof(LiveHello),
        ["live-page"] = typeof(FeedPage),
        ["live-push"] = typeof(LivePush),
        ["live-pushed"] = typeof(LivePushed),
        ["live-refused"] = typeof(LiveRefused),
        ["live-welcome"] = typeof(LiveWelcome),
        ["pull-reply"] = typeof(PullReply),
        ["pull-request"] = typeof(PullRequest),
        ["push-reply"] = typeof(PushReply),
        ["push-request"] = typeof(PushRequest),
        ["snapshot-chunk"] = typeof(SnapshotChunk),
    };

    // Replayed by CheckCasesTests and StampsTests.
    private static readonly string[] NoMessages = ["checks", "stamps"];

    public static TheoryData<string> Names => [.. Messages.Keys];

    [Fact]
    public void Every_golden_file_is_replayed()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, Folder), "*.json").Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(Messages.Keys.Concat(NoMessages).Order(), files.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_written_as_it_was_read(string name)
    {
        var expected = JsonNode.Parse(Repository.ReadBytes($"{Folder}/{name}.json"))!;
        var message = JsonSerializer.Deserialize(expected, Messages[name], ProtocolJson.Default);
        var actual = JsonSerializer.SerializeToNode(message, Messages[name], ProtocolJson.Default)!;

        // The frame's type stands beside the message; the socket writes it.
        expected.AsObject().Remove("type");
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString()}\nbut was  {actual.ToJsonString()}");
    }

    [Theory]
    [InlineData("""{"incarnation":null,"mutations":[{"device":"till-1"}]}""")]
    [InlineData("""{"incarnation":null,"mutations":[{"device":"Till 1","n":1,"id":"0193f0a1-0000-7000-8000-000000000001","at":"0193f0a1b2c30000-till-1","base":null,"writes":[]}]}""")]
    [InlineData("""{"incarnation":null,"mutations":[{"device":"till-1","n":1,"id":"0193f0a1-0000-7000-8000-000000000001","at":"yesterday","base":null,"writes":[]}]}""")]
    [InlineData("""{"incarnation":null,"mutations":[{"device":"till-1","n":1,"id":"0193f0a1-0000-7000-8000-000000000001","at":"0193f0a1b2c30000-till-1","base":"here","writes":[]}]}""")]
    [InlineData("""{"incarnation":null,"mutations":[{"device":"till-1","n":1,"id":"7","at":"0193f0a1b2c30000-till-1","base":null,"writes":[]}]}""")]
    [InlineData("""{"incarnation":null,"mutations":[{"device":"till-1","n":1,"id":"0193f0a1-0000-7000-8000-000000000001","at":"0193f0a1b2c30000-till-1","base":null,"writes":[{"table":"products","id":"0193f0a1-0000-7000-8000-000000000a01","kind":"replace","fields":{}}]}]}""")]
    [InlineData("""{"incarnation":null,"mutations":[{"device":"till-1","n":1,"id":"0193f0a1-0000-7000-8000-000000000001","at":"0193f0a1b2c30000-till-1","base":null,"writes":[{"table":"products","id":"0193f0a1-0000-7000-8000-000000000a01","kind":"update","fields":{"name":"\ud800"}}]}]}""")]
    [InlineData("""{"incarnation":null,"mutations":[{"device":"till-1","n":1,"id":"0193f0a1-0000-7000-8000-000000000001","at":"0193f0a1b2c30000-till-1","base":null,"writes":[{"table":"products","id":"0193f0a1-0000-7000-8000-000000000a01","kind":"update","fields":{"tags":["\ud800"]}}]}]}""")]
    [InlineData("""{"incarnation":null,"mutations":[{"device":"till-1","n":1,"id":"0193f0a1-0000-7000-8000-000000000001","at":"0193f0a1b2c30000-till-1","base":null,"writes":[{"table":"products","id":"0193f0a1-0000-7000-8000-000000000a01","kind":"update","fields":{"price":1e999}}]}]}""")]
    public void A_push_that_is_not_one_is_refused_as_malformed(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, ProtocolJson.Default.PushRequest));
}
