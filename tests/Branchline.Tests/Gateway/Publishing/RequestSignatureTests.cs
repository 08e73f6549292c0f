using System.Globalization;
using System.Text;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Publishing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Branchline.Tests.Gateway.Publishing;

/// <summary>The vectors of Pusher's own documents and libraries.</summary>
public sealed class RequestSignatureTests
{
    private const long At = 1353088179;
    private const string Body = """{"name":"foo","channels":["project-3"],"data":"{\"some\":\"data\"}"}""";
    private const string PostQuery = "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0&body_md5=ec365a775a4cd0599faeb73354201b6f"
        + "&auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c";

    private static readonly RealtimeApp App = TestApp.Of("3", "278d425bdf160c739803", "7ad3773142a6692b25b8");

    private readonly TestClock _clock = new();

    public RequestSignatureTests() => _clock.Advance(DateTimeOffset.FromUnixTimeSeconds(At) - TimeProvider.System.GetUtcNow());

    [Theory]
    [InlineData("1234.1234:private-foobar", "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4")]
    [InlineData("""1234.1234::user::{"id":"12345"}""", "4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba")]
    [InlineData(
        """1234.1234:presence-foobar:{"user_id":10,"user_info":{"name":"Mr. Channels"}}""",
        "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80")]
    [InlineData(
        """{"time_ms":1327078148132,"events":[{"name":"channel_occupied","channel":"my-channel"}]}""",
        "c19001ae3963ccb13bf618e5b16ba9848e7e74df0993aa0689168e341c6833cf")]
    public void Channels_people_and_webhooks_are_signed_as_in_the_vectors(string words, string hex)
    {
        Assert.Equal("278d425bdf160c739803:" + hex, App.Authorize(words));
        Assert.True(App.Verify("278d425bdf160c739803:" + hex, words));
        Assert.False(App.Verify("another-key:" + hex, words));
        Assert.False(App.Verify(hex, words));
        Assert.False(App.Verify("278d425bdf160c739803:" + hex[..^1], words));
        Assert.False(App.Verify("278d425bdf160c739803:" + hex, words + " "));
    }

    [Fact]
    public void A_post_and_a_get_pass_as_in_the_vectors()
    {
        Assert.Null(FindObjection("POST", "/apps/3/events", PostQuery, Body));
        Assert.Null(FindObjection(
            "GET", "/apps/3/channels",
            "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0&filter_by_prefix=presence-&info=user_count"
            + "&auth_signature=16819168891cb5dfd72b5c7a5d3d602605b26c6ba1930033b5e2eeeb65010291",
            ""));
    }

    [Theory]
    [InlineData("GET", "/apps/3/events", PostQuery, Body)]
    [InlineData("POST", "/apps/3/events/", PostQuery, Body)]
    [InlineData("POST", "/apps/4/events", PostQuery, Body)]
    [InlineData("POST", "/apps/3/events", PostQuery, Body + " ")]
    [InlineData("POST", "/apps/3/events", PostQuery, "")]
    [InlineData("POST", "/apps/3/events", PostQuery + "&info=x", Body)]
    [InlineData("POST", "/apps/3/events", PostQuery + "00", Body)]
    [InlineData("POST", "/apps/3/events", "", Body)]
    public void One_change_anywhere_and_it_does_not(string method, string path, string query, string body) =>
        Assert.NotNull(FindObjection(method, path, query, body));

    [Fact]
    public void A_body_without_its_hash_is_signed_by_nobody() =>
        Assert.Equal("body_md5 is not the MD5 of the body", FindObjection("POST", "/apps/3/events", PostQuery.Replace("&body_md5=ec365a775a4cd0599faeb73354201b6f", "", StringComparison.Ordinal), Body));

    [Theory]
    [InlineData(598, true)]
    [InlineData(-598, true)]
    [InlineData(603, false)]
    [InlineData(-603, false)]
    [InlineData(86400 * 365, false)]
    public void The_window_goes_by_the_clock_on_the_wall(int seconds, bool passes)
    {
        _clock.Elapse(TimeSpan.FromDays(100));
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        var objection = FindObjection("POST", "/apps/3/events", PostQuery, Body);
        Assert.Equal(passes, objection is null);
        Assert.True(passes || objection!.Contains("within 600 seconds", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1353088179")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    public void A_time_that_is_none_is_refused(string time) => Assert.Contains(
        "auth_timestamp", FindObjection("POST", "/apps/3/events", PostQuery.Replace(At.ToString(CultureInfo.InvariantCulture), time, StringComparison.Ordinal), Body),
        StringComparison.Ordinal);

    private string? FindObjection(string method, string path, string query, string body) => new RequestSignature(new PublishingOptions(), _clock).FindObjection(
        App, new AppRequest(method, path, "", "3", "events", new QueryCollection(QueryHelpers.ParseQuery(query))), Encoding.UTF8.GetBytes(body));
}
