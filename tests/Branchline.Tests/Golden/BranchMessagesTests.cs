using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;

namespace Branchline.Tests.Golden;

/// <summary>Replays protocol/branch: every message is read and written again as it stands in its file, and signed as it says.</summary>
public sealed class BranchMessagesTests
{
    private const string Folder = "protocol/branch";

    private static readonly Dictionary<string, Type> Messages = new()
    {
        ["pull-reply"] = typeof(BranchPullReply),
        ["pull-request"] = typeof(BranchPullRequest),
        ["push-reply"] = typeof(BranchPushReply),
        ["push-request"] = typeof(BranchPushRequest),
        ["report"] = typeof(BranchReport),
        ["rows-reply"] = typeof(BranchRowsReply),
        ["rows-request"] = typeof(BranchRowsRequest),
        ["states"] = typeof(BranchStates),
        ["states-reply"] = typeof(BranchStatesReply),
        ["wait"] = typeof(BranchWait),
        ["wait-reply"] = typeof(BranchHead),
    };

    public static TheoryData<string> Names => [.. Messages.Keys];

    [Fact]
    public void Every_golden_file_is_replayed()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, Folder), "*.json").Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(Messages.Keys.Append("signatures").Order(), files.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_written_as_it_was_read(string name)
    {
        var expected = JsonNode.Parse(Repository.ReadBytes($"{Folder}/{name}.json"))!;
        var message = JsonSerializer.Deserialize(expected, Messages[name], ProtocolJson.Default);
        var actual = JsonSerializer.SerializeToNode(message, Messages[name], ProtocolJson.Default)!;

        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString()}\nbut was  {actual.ToJsonString()}");
    }

    [Fact]
    public void Questions_and_answers_are_signed_as_the_file_says()
    {
        var file = JsonNode.Parse(Repository.ReadBytes($"{Folder}/signatures.json"))!;
        var (key, nonce, time) = ((string)file["key"]!, (string)file["nonce"]!, (long)file["time"]!);
        var (question, answer) = (file["question"]!, file["answer"]!);

        Assert.Equal((string)question["signature"]!, BranchSeal.SignQuestion(key, (string)question["path"]!, (time, nonce), Bytes(question)));
        Assert.Equal((string)answer["signature"]!, BranchSeal.SignAnswer(key, nonce, (int)answer["status"]!, Bytes(answer)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_body_comes_out_as_it_went_in(bool isSealed)
    {
        var (json, key) = (Encoding.UTF8.GetBytes(new string('x', 100_000)), BranchSeal.Random(32));

        var body = BranchSeal.Pack(json, key, isSealed);

        Assert.InRange(body.Length, 1, 1000);
        Assert.Equal(json, BranchSeal.Unpack(body, key, isSealed));
    }

    [Fact]
    public void A_body_that_was_changed_or_is_of_another_key_is_refused()
    {
        var key = BranchSeal.Random(32);
        var body = BranchSeal.Pack("{}"u8, key, isSealed: true);
        body[^1] ^= 1;

        Assert.Throws<InvalidDataException>(() => BranchSeal.Unpack(body, key, isSealed: true));
        body[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => BranchSeal.Unpack(body, BranchSeal.Random(32), isSealed: true));
        Assert.Throws<InvalidDataException>(() => BranchSeal.Unpack([1, 2, 3], key, isSealed: true));
        Assert.Throws<InvalidDataException>(() => BranchSeal.Unpack("no brotli at all"u8.ToArray(), key, isSealed: false));
    }

    private static byte[] Bytes(JsonNode message) => Encoding.UTF8.GetBytes((string)message["body"]!);
}
