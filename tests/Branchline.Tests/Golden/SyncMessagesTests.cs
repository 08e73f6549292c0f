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
        ["compare-reply"] = typeof(CompareReply),
        ["compare-request"] = typeof(CompareRequest),
        ["hand-over-reply"] = typeof(HandOverReply),
        ["hand-over-request"] = typeof(HandOverRequest),
        ["journal"] = typeof(Journal),
        ["journal-reply"] = typeof(JournalReply),
        ["live-error"] = typeof(LiveError),
        ["live-hello"] = typeof(LiveHello),
        ["live-last-word"] = typeof(LastWord),
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

    // Replayed by CheckCasesTests, ChecksumsTests and StampsTests.
    private static readonly string[] NoMessages = ["checks", "checksums", "stamps"];

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

    /// <summary>A push of one write with one member in another form, and what else is no push.</summary>
    public static TheoryData<string> Malformed => new(
        [
            "{}", "[]", "null", "7", """{"incarnation":null,"mutations":null}""", """{"mutations":{}}""", """{"mutations":[null]}""",
            .. from change in (string[])
               [
                   """ "device":"Till 1" """, """ "device":7 """, """ "n":"1" """, """ "n":1.5 """, """ "id":"7" """, """ "at":"yesterday" """,
                   """ "base":"here" """, """ "writes":null """, """ "writes":[null] """, """ "writes":{} """,
               ]
               select Push(change, ""),
            .. from change in (string[])
               [
                   """ "table":null """, """ "table":7 """, """ "id":"rice" """, """ "kind":"replace" """, """ "kind":0 """, """ "fields":[] """,
                   """ "fields":{"name":"\ud800"} """, """ "fields":{"tags":["\ud800"]} """, """ "fields":{"price":1e999} """,
               ]
               select Push("", change),
            .. from member in (string[])["device", "n", "id", "at", "writes"] select Push($""" "{member}":0 """, "").Replace($",\"{member}\":0", ""),
            .. from member in (string[])["table", "id", "kind"] select Push("", $""" "{member}":0 """).Replace($",\"{member}\":0", ""),
        ]);

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_push_that_is_not_one_is_refused_as_malformed(string json) => Assert.Throws<JsonException>(() =>
        JsonSerializer.Deserialize(json, ProtocolJson.Default.PushRequest) ?? throw new JsonException("null is no push"));

    [Fact]
    public void A_delete_needs_no_fields()
    {
        var push = JsonSerializer.Deserialize(Push("", """ "kind":"delete" """), ProtocolJson.Default.PushRequest)!;
        Assert.Empty(push.Mutations[0].Writes[0].Fields);
    }

    // The member given takes the place of the one that would be right.
    private static string Push(string mutation, string write)
    {
        var row = Members(["\"table\":\"products\"", "\"id\":\"0193f0a1-0000-7000-8000-000000000a01\"", "\"kind\":\"update\""], write);
        string[] members =
        [
            "\"device\":\"till-1\"", "\"n\":1", "\"id\":\"0193f0a1-0000-7000-8000-000000000001\"", "\"at\":\"0193f0a1b2c30000-till-1\"",
            "\"base\":null", $"\"writes\":[{row}]",
        ];
        return $$"""{"incarnation":null,"mutations":[{{Members(members, mutation)}}]}""";
    }

    private static string Members(IEnumerable<string> members, string instead)
    {
        var change = instead.Trim();
        var name = change.Split(':')[0];
        return "{" + string.Join(',', members.Where(member => member.Split(':')[0] != name).Append(change).Where(member => member.Length > 0)) + "}";
    }
}
