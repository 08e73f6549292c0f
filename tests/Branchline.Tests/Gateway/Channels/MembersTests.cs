using System.Text.Json;
using Branchline.Server.Gateway.Channels.People;

namespace Branchline.Tests.Gateway.Channels;

public sealed class MembersTests
{
    private readonly Members _members = new();

    [Fact]
    public void A_person_with_two_connections_is_one_member_until_the_last_is_gone()
    {
        var (first, second) = (Of("""{"user_id":"7","user_info":{"name":"Ada"}}"""), Of("""{"user_id":"7","user_info":{"name":"Ada L."}}"""));
        Assert.True(_members.Add(first));
        Assert.False(_members.Add(second));
        Assert.Equal(1, _members.Count);
        Assert.False(_members.TryRemoveLast("7", out _));
        Assert.True(_members.TryRemoveLast("7", out var gone));
        Assert.Same(first, gone);
        Assert.False(_members.TryRemoveLast("7", out _));
        Assert.Equal("""{"presence":{"ids":[],"hash":{},"count":0}}""", _members.Roster());
    }

    [Fact]
    public void The_roster_tells_who_is_there_as_they_were_told_of()
    {
        _members.Add(Of("""{"user_id":10,"user_info":{"name":"Mr. \"Channels\""}}"""));
        _members.Add(Of("""{"user_id":"ä\"1"}"""));
        using var roster = JsonDocument.Parse(_members.Roster());
        var presence = roster.RootElement.GetProperty("presence");
        Assert.Equal(["10", "\"ä\\\"1\""], presence.GetProperty("ids").EnumerateArray().Select(id => id.GetRawText()));
        Assert.Equal("Mr. \"Channels\"", presence.GetProperty("hash").GetProperty("10").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, presence.GetProperty("hash").GetProperty("ä\"1").ValueKind);
        Assert.Equal(2, presence.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"user_id":""}""")]
    [InlineData("""{"user_id":null}""")]
    [InlineData("""{"user_id":{}}""")]
    [InlineData("""{"user_id":"\ud800"}""")]
    [InlineData("""{"user_id":"x""")]
    public void What_names_nobody_is_nobody(string? data) => Assert.Null(Member.Parse(data));

    [Fact]
    public void An_id_has_at_most_128_characters()
    {
        Assert.NotNull(Member.Parse($$"""{"user_id":"{{new string('x', 128)}}"}"""));
        Assert.Null(Member.Parse($$"""{"user_id":"{{new string('x', 129)}}"}"""));
    }

    private static Member Of(string data) => Member.Parse(data)!;
}
