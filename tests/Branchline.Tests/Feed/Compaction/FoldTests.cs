using System.Text;
using System.Text.Json.Nodes;
using Branchline.Server.Feed.Compaction;

namespace Branchline.Tests.Feed.Compaction;

public sealed class FoldTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":3,"c":null}""", """{"a":1,"b":3,"c":null}""")]
    [InlineData("""{}""", """{"a":[1, {"x":"é\"\\"}]}""", """{"a":[1, {"x":"é\"\\"}]}""")]
    public void Of_two_patches_the_fields_of_both_remain_and_the_newer_value_of_each(string older, string newer, string both)
    {
        foreach (var kind in (string[])["set", "enter"])
        {
            var folded = Of(Entry(1, kind, older), Entry(5, "set", newer));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Entry(5, kind, both)), JsonNode.Parse(folded!)), folded);
        }
    }

    [Theory]
    [InlineData("set", "enter")]
    [InlineData("set", "leave")]
    [InlineData("enter", "delete")]
    [InlineData("leave", "enter")]
    [InlineData("delete", "set")]
    public void What_says_all_by_itself_stays_as_it_is(string older, string newer) =>
        Assert.Null(Of(Entry(1, older, """{"a":1}"""), Entry(2, newer, """{"a":2}""")));

    [Theory]
    [InlineData("set", false)]
    [InlineData("enter", false)]
    [InlineData("leave", true)]
    [InlineData("delete", true)]
    public void A_row_is_gone_that_left_or_was_deleted(string kind, bool isGone) =>
        Assert.Equal(isGone, Fold.IsGone(Encoding.UTF8.GetBytes(Entry(1, kind, """{"kind":"set"}"""))));

    private static string? Of(string older, string newer) =>
        Fold.Of(Encoding.UTF8.GetBytes(older), Encoding.UTF8.GetBytes(newer)) is { } folded ? Encoding.UTF8.GetString(folded.Span) : null;

    private static string Entry(long seq, string kind, string fields)
    {
        var members = kind is "set" or "enter" ? $"\"fields\":{fields}," : "";
        return $$"""{"seq":{{seq}},"table":"notes","id":"0193f0a1-0000-7000-8000-000000000a01","kind":"{{kind}}",{{members}}"at":"0193f0a1b2c30000-till-{{seq}}","device":"till-{{seq}}","n":{{seq}}}""";
    }
}
