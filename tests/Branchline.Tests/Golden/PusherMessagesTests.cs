using System.Reflection;
using System.Text;
using System.Text.Json;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Channels.People;
using Branchline.Server.Gateway.Missed;
using Branchline.Server.Gateway.Pusher;
using Branchline.Server.Gateway.Sockets;
using Branchline.Tests.Gateway;

namespace Branchline.Tests.Golden;

/// <summary>Replays protocol/pusher: what the server says is written byte for byte, what clients say is read.</summary>
public sealed class PusherMessagesTests
{
    private const string Room = "presence-foobar";
    private const string Own = "#server-to-user-12345";
    private const string Project = "project-3";

    private static readonly Member Channels = Member.Parse("""{"user_id":10,"user_info":{"name":"Mr. Channels"}}""")!;
    private static readonly Member Ada = Member.Parse("""{"user_id":"11","user_info":{"name":"Ñandú \"R\" <1>"}}""")!;

    private static Dictionary<string, ReadOnlyMemory<byte>> Frames { get; } = new()
    {
        ["connection-established"] = PusherFrames.Established("123.456", TimeSpan.FromSeconds(30)),
        ["ping"] = PusherFrames.Ping,
        ["pong"] = PusherFrames.Pong,
        ["error"] = PusherFrames.Error(CloseCodes.UnknownApp.Code, CloseCodes.UnknownApp.Text),
        ["subscription-succeeded"] = PusherFrames.Subscribed("sales", "{}"),
        ["subscription-count"] = PusherFrames.SubscriptionCount(Project, 2),
        ["event-published"] = PusherFrames.Event(Project, Event("foo", """
            "{\"some\":\"data\"}"
            """)),
        ["missed/position"] = PusherFrames.Position(Project, new Position("6fa1ef476926", 7), null),
        ["missed/position-of-rows"] = PusherFrames.Position("sales", new Position("57f10887f518-1a2b3c4d", 40, "0d4a7c1e22b9-1a2b3c4d:1207:5d1c0a9be4f27733"), null),
        ["missed/resumed"] = PusherFrames.Position(Project, new Position("6fa1ef476926", 9), true),
        ["missed/not-resumed"] = PusherFrames.Position(Project, new Position("6fa1ef476926", 9), false),
        ["cache/cache-miss"] = PusherFrames.CacheMiss("cache-prices"),
        ["cache/event"] = PusherFrames.Event("cache-prices", Event("price", """
            "{\"price\":1400}"
            """)),
        ["client-events/relayed-object"] = PusherFrames.Event("private-foobar", Event("client-typing", """{"at":1,"text":"Ñandú \"R\" <1>"}""")),
        ["client-events/relayed-string"] = PusherFrames.Event("private-foobar", Event("client-typing", """
            "{\"at\":1}"
            """)),
        ["presence/client-event"] = PusherFrames.Event(Room, Event("client-typing", """{"at":1}""") with { UserIdJson = Channels.IdJson }),
        ["presence/subscription-succeeded"] = PusherFrames.Subscribed(Room, RosterOf(Channels)),
        ["presence/subscription-succeeded-two"] = PusherFrames.Subscribed(Room, RosterOf(Channels, Ada, Ada)),
        ["presence/member-added"] = PusherFrames.MemberAdded(Room, Ada),
        ["presence/member-removed"] = PusherFrames.MemberRemoved(Room, Ada.IdJson),
        ["users/signin-success"] = PusherFrames.SignedIn("""{"id":"12345"}"""),
        ["users/event"] = PusherFrames.Event(Own, Event("note", """
            "{\"text\":\"hello\"}"
            """)),
        ["users/watchlist-first"] = PusherFrames.Watched(["a"], ["b"]),
        ["users/watchlist-online"] = PusherFrames.Watched(["b"], []),
        ["users/watchlist-offline"] = PusherFrames.Watched([], ["a"]),
    };

    public static TheoryData<string> FrameNames => new(Frames.Keys);

    [Theory]
    [MemberData(nameof(FrameNames))]
    public void The_server_says_it_byte_for_byte(string name) =>
        Assert.Equal(GoldenFile.Read($"pusher/{name}.json"), Encoding.UTF8.GetString(Frames[name].Span));

    [Theory]
    [InlineData("client-subscribe")]
    [InlineData("client-subscribe-as-string")]
    [InlineData("client-subscribe-private")]
    [InlineData("client-unsubscribe")]
    [InlineData("client-event")]
    [InlineData("presence/client-subscribe")]
    [InlineData("users/client-subscribe")]
    [InlineData("users/client-signin")]
    public void What_a_client_says_is_understood(string name)
    {
        using var golden = JsonDocument.Parse(GoldenFile.Read($"pusher/{name}.json"));
        var message = golden.RootElement;
        Assert.True(ClientFrame.TryParse(Encoding.UTF8.GetBytes(message.GetRawText()), out var frame));

        var data = message.GetProperty("data");
        using var inner = data.ValueKind == JsonValueKind.String ? JsonDocument.Parse(data.GetString()!) : null;
        var members = inner?.RootElement ?? data;
        Assert.Equal(message.GetProperty("event").GetString(), frame.Event);
        Assert.Equal(Text(message, "channel"), frame.Channel);
        Assert.Equal(Text(members, "channel"), frame.Subject);
        Assert.Equal(Text(members, "auth"), frame.Auth);
        Assert.Equal(Text(members, "channel_data"), frame.ChannelData);
        Assert.Equal(Text(members, "user_data"), frame.UserData);
    }

    [Fact]
    public void What_a_client_knows_is_understood_by_channel_and_connection()
    {
        Assert.True(ClientFrame.TryParse(Encoding.UTF8.GetBytes(GoldenFile.Read("pusher/missed/client-resume.json")), out var frame));
        var resumes = new Resumes("123.999", 10);
        resumes.Read(frame.Data);

        Assert.Equivalent(Resume.Fresh with { Epoch = "57f10887f518-1a2b3c4d", Offset = 40, Received = 2, Sockets = ["123.789"], Own = "123.999", Seq = "0d4a7c1e22b9-1a2b3c4d:1207:5d1c0a9be4f27733" }, resumes.For("sales"), strict: true);
        Assert.Equivalent(Resume.Fresh with { Epoch = "6fa1ef476926", Offset = 7, Sockets = ["123.456", "123.789"], Own = "123.999" }, resumes.For(Project), strict: true);
        Assert.Same(Resume.Fresh, resumes.For(Project));
    }

    [Fact]
    public void Every_close_has_the_code_and_the_words_of_its_golden_file()
    {
        using var golden = JsonDocument.Parse(GoldenFile.Read("pusher/closes.json"));
        var expected = golden.RootElement.EnumerateArray()
            .Select(close => new CloseReason(close.GetProperty("code").GetInt32(), close.GetProperty("text").GetString()!));
        var said = typeof(CloseCodes).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(property => property.GetValue(null)).OfType<CloseReason>();

        Assert.Equal(expected.ToHashSet(), said.ToHashSet());
    }

    [Fact]
    public void Every_golden_file_is_replayed()
    {
        var folder = Path.Combine(Repository.Root, "protocol/pusher");
        var tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/Branchline.Tests"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "web/clients"), "*.test.ts", SearchOption.AllDirectories)
                .Where(file => !file.Contains("node_modules", StringComparison.Ordinal)));
        var text = string.Concat(tests.Select(File.ReadAllText));

        // A whole folder may be replayed by its name.
        string[] whole = ["http", "http-errors", "webhooks"];
        Assert.All(whole, name => Assert.True(text.Contains($"goldenNames('{name}')", StringComparison.Ordinal)
            || text.Contains($"protocol/pusher/{name}\"", StringComparison.Ordinal), name));
        Assert.Empty(
            from file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            let name = Path.ChangeExtension(Path.GetRelativePath(folder, file), null)
            where !whole.Contains(Path.GetDirectoryName(name)) && !IsNamedIn(text, name)
            select name);
    }

    private static bool IsNamedIn(string text, string name) =>
        text.Contains($"'{name}'", StringComparison.Ordinal)
        || text.Contains($"\"{name}\"", StringComparison.Ordinal)
        || text.Contains($"pusher/{name}.json", StringComparison.Ordinal);

    private static Publication Event(string name, string data) => new(name, Encoding.UTF8.GetBytes(data));

    private static string RosterOf(params Member[] members)
    {
        var roster = new Members();
        foreach (var member in members)
        {
            roster.Add(member);
        }

        return roster.Roster();
    }

    /// <summary>Nothing, null and an empty text are the same.</summary>
    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
