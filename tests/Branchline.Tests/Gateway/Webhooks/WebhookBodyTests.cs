using System.Text;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Webhooks;
using static Branchline.Server.Fanout.ChannelHappening;

namespace Branchline.Tests.Gateway.Webhooks;

public sealed class WebhookBodyTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1327078148132);

    public static TheoryData<string> Goldens => new(Examples.Keys);

    private static Dictionary<string, ChannelHappening> Examples { get; } = new()
    {
        ["channel-occupied"] = new Occupied("project-3"),
        ["channel-vacated"] = new Vacated("project-3"),
        ["member-added"] = new MemberAdded("presence-foobar", "11"),
        ["member-removed"] = new MemberRemoved("presence-foobar", "11"),
        ["client-event"] = new ClientEvent("private-foobar", "client-typing", """{"at":1}""", "123.456"),
        ["client-event-presence"] = new ClientEvent("presence-foobar", "client-typing", """{"at":1}""", "123.456", "11"),
        ["cache-miss"] = new CacheMiss("cache-prices"),
        ["subscription-count"] = new SubscriptionCount("project-3", 1),
    };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_call_has_the_bytes_that_every_Pusher_backend_knows(string name) =>
        Assert.Equal(GoldenFile.Read($"pusher/webhooks/{name}.json"), Encoding.UTF8.GetString(WebhookBody.Encode([Examples[name]], At)));

    [Fact]
    public void Every_golden_call_has_its_test() => Assert.Equal(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "protocol/pusher/webhooks")).Select(Path.GetFileNameWithoutExtension).Order(),
        Examples.Keys.Order());

    [Fact]
    public void The_signature_of_a_call_is_that_of_the_reference()
    {
        var app = TestApp.Of("3", "278d425bdf160c739803", "7ad3773142a6692b25b8");

        Assert.Equal(
            "c19001ae3963ccb13bf618e5b16ba9848e7e74df0993aa0689168e341c6833cf",
            app.Secrets.Sign(WebhookBody.Encode([new Occupied("my-channel")], At)));
    }
}
