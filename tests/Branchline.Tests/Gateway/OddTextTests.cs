using System.Text.Json;

namespace Branchline.Tests.Gateway;

/// <summary>JSON may hold half of a character that takes two; no text may.</summary>
public sealed class OddTextTests(SharedNode shared) : IClassFixture<SharedNode>
{
    [Theory]
    [InlineData("""{"event":"\ud800"}""")]
    [InlineData("""{"\ud800":1,"event":"pusher:ping"}""")]
    [InlineData("""{"event":"client-\ud800","channel":"private-a","data":{}}""")]
    [InlineData("""{"event":"client-x","channel":"private-\ud800","data":{}}""")]
    [InlineData("""{"event":"client-x","channel":"private-a","data":"\ud800"}""")]
    [InlineData("""{"event":"client-x","channel":"private-a","data":{"\ud800":"\udc00"}}""")]
    [InlineData("""{"event":"pusher:subscribe","data":{"channel":"\ud800"}}""")]
    [InlineData("""{"event":"pusher:subscribe","data":"\ud800"}""")]
    [InlineData("""{"event":"pusher:subscribe","data":"{\"channel\":\"\\ud800\"}"}""")]
    [InlineData("""{"event":"pusher:subscribe","data":{"channel":"private-b","auth":"\ud800"}}""")]
    [InlineData("""{"event":"pusher:subscribe","data":{"channel":"presence-b","auth":"x","channel_data":"\ud800"}}""")]
    [InlineData("""{"event":"pusher:unsubscribe","data":{"channel":"\ud800"}}""")]
    [InlineData("""{"event":"pusher:signin","data":{"auth":"\ud800","user_data":"\ud800"}}""")]
    public async Task A_message_that_is_no_proper_text_costs_nobody_a_connection(string message)
    {
        using var client = await PusherClient.ConnectAsync(shared.Node);
        var app = TestApp.Of("", PusherClient.Key, SharedNode.Secret);
        await client.JoinAsync("private-a", app.Authorize($"{client.SocketId}:private-a"));
        using var other = await PusherClient.ConnectAsync(shared.Node);
        await other.JoinAsync("private-a", app.Authorize($"{other.SocketId}:private-a"));
        await client.Socket.SendAsync(message);
        await client.HeardAsync();
        await client.JoinAsync("still-here");
        await other.HeardAsync();
        await other.JoinAsync("still-here");
    }

    [Fact]
    public async Task A_signed_members_description_may_be_odd_too()
    {
        using var client = await PusherClient.ConnectAsync(shared.Node);
        var app = TestApp.Of("", PusherClient.Key, SharedNode.Secret);
        const string Data = """{"user_id":"\ud800","user_info":{"name":"\udc00"}}""";
        await client.Socket.SendAsync(JsonSerializer.Serialize(new
        {
            @event = "pusher:subscribe",
            data = new { channel = "presence-odd", auth = app.Authorize($"{client.SocketId}:presence-odd:{Data}"), channel_data = Data },
        }));
        await client.HeardAsync();
        await client.JoinAsync("still-here");
    }
}
