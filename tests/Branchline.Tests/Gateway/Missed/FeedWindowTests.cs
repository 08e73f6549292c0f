using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Tests.Gateway.Limits;

namespace Branchline.Tests.Gateway.Missed;

/// <summary>On channels fed from tables a client is brought what it missed from the feed: over restarts, and longer than anything is remembered.</summary>
public sealed class FeedWindowTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-").FullName;
    private readonly Dictionary<string, string?> _values = new() { ["PUSHER_APP_SECRET"] = SharedNode.Secret };
    private TestNode _node = null!;
    private string _branch1 = "";
    private string _branch2 = "";

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        _branch1 = await AddAsync("branches", new { name = "One", code = "B1" });
        _branch2 = await AddAsync("branches", new { name = "Two", code = "B2" });
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_was_missed_while_the_node_was_restarted_comes_in_order_and_nothing_twice()
    {
        var away = await HeardAndLeftAsync("clients", heard: 2);
        var missed = new List<string> { await AddClientAsync("c") };
        await RestartAsync();
        missed.Add(await AddClientAsync("d"));

        var (events, answer) = await ComeBackAsync(away);
        Assert.Equal(missed, events.Select(Id));
        Assert.True(Recovered(answer));
    }

    [Fact]
    public async Task Positions_go_on_from_where_the_feed_left_off()
    {
        var away = await HeardAndLeftAsync("clients", heard: 1);
        for (var round = 0; round < 3; round++)
        {
            await RestartAsync();
            var missed = await AddClientAsync($"missed {round}");
            var (events, answer) = await ComeBackAsync(away);
            Assert.Equal([missed], events.Select(Id));
            away = Away.From("clients", answer, received: 0, [.. away.Sockets, "1.1"]);
        }
    }

    [Fact]
    public async Task More_than_is_remembered_is_read_from_the_feed()
    {
        _values["Branchline:Missed:Most"] = "3";
        await RestartAsync();
        var away = await HeardAndLeftAsync("clients", heard: 2);
        List<string> missed = [];
        for (var number = 0; number < 10; number++)
        {
            missed.Add(await AddClientAsync($"{number}"));
        }

        var (events, answer) = await ComeBackAsync(away);
        Assert.Equal(missed, events.Select(Id));
        Assert.True(Recovered(answer));
    }

    [Fact]
    public async Task More_than_one_client_is_brought_at_once_is_told_to_be_missing()
    {
        _values["Branchline:Missed:MostFromFeed"] = "2";
        await RestartAsync();
        var away = await HeardAndLeftAsync("clients", heard: 1);
        await RestartAsync();
        for (var number = 0; number < 3; number++)
        {
            await AddClientAsync($"{number}");
        }

        var (events, answer) = await ComeBackAsync(away);
        Assert.Empty(events);
        Assert.False(Recovered(answer));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_a_backend_spoke_too_nobody_is_told_that_nothing_is_missing(bool afterRestart)
    {
        _values["Branchline:Missed:Most"] = "1";
        await RestartAsync();
        var away = await HeardAndLeftAsync("clients", heard: 1);
        await PublishAsync("clients");
        await AddClientAsync("b");
        await AddClientAsync("c");
        if (afterRestart)
        {
            await RestartAsync();
        }

        var (events, answer) = await ComeBackAsync(away);
        Assert.Empty(events);
        Assert.False(Recovered(answer));

        // What comes after the backend's event is in the feed again.
        var later = await HeardAndLeftAsync("clients", heard: 1);
        await RestartAsync();
        var missed = await AddClientAsync("e");
        Assert.Equal([missed], (await ComeBackAsync(later)).Events.Select(Id));
    }

    [Fact]
    public async Task Rows_of_other_branches_are_not_brought_and_a_person_with_other_rights_starts_anew()
    {
        var away = await HeardAndLeftAsync("sales", heard: 0, cashier: true);
        await RestartAsync();
        var ours = await SellAsync(_branch1, "T-1");
        await SellAsync(_branch2, "U-1");

        Assert.Equal([ours], (await ComeBackAsync(away, Cashier())).Events.Select(Id));
        var (events, answer) = await ComeBackAsync(away, _node.Token("cashier", _branch2));
        Assert.Empty(events);
        Assert.False(Recovered(answer));
    }

    [Fact]
    public async Task What_a_client_wrote_itself_before_the_restart_is_not_told_to_it_afterwards()
    {
        var away = await HeardAndLeftAsync("clients", heard: 0);
        await AddClientAsync("own", away.Sockets[^1]);
        var other = await AddClientAsync("other");
        await RestartAsync();

        Assert.Equal([other], (await ComeBackAsync(away)).Events.Select(Id));
    }

    [Fact]
    public async Task A_restored_file_that_is_older_than_the_position_does_not_claim_that_nothing_is_missing()
    {
        var away = await HeardAndLeftAsync("clients", heard: 0);
        await _node.DisposeAsync();
        File.Copy(Path.Combine(_directory, "branchline.db"), Path.Combine(_directory, "copy"));
        await StartAsync();
        for (var number = 0; number < 3; number++)
        {
            await AddClientAsync("lost");
        }

        away = await HeardAndLeftAsync("clients", heard: 0);
        await _node.DisposeAsync();
        File.Move(Path.Combine(_directory, "copy"), Path.Combine(_directory, "branchline.db"), overwrite: true);
        await StartAsync();
        for (var number = 0; number < 5; number++)
        {
            await AddClientAsync("other");
        }

        var (events, answer) = await ComeBackAsync(away);
        Assert.Empty(events);
        Assert.False(Recovered(answer));
    }

    [Fact]
    public async Task A_place_that_nobody_was_told_is_none()
    {
        await AddClientAsync("before");
        var away = await HeardAndLeftAsync("clients", heard: 0);
        await RestartAsync();
        var parts = away.Seq!.Split(':');
        foreach (var forged in (string[])[$"{parts[0]}:0:{parts[2]}", $"{parts[0]}:0", $"{parts[0]}:999999:{parts[2]}", $"{parts[0]}:-1:{parts[2]}"])
        {
            var (events, answer) = await ComeBackAsync(away with { Seq = forged });
            Assert.Empty(events);
            Assert.False(Recovered(answer));
        }
    }

    [Fact]
    public async Task What_a_client_says_it_knows_is_taken_once_and_takes_no_more_than_a_little()
    {
        using var client = await ConnectAsync();
        var sockets = Enumerable.Range(0, 5000).Select(number => $"{number}.1").ToList();
        var resume = new Away("clients", "x", 0, null, 0, sockets).ToResume();
        await client.Socket.SendAsync(resume);
        Assert.Empty(await client.HeardAsync());
        await client.Socket.SendAsync(resume);
        Assert.Contains("once", Assert.Single(await client.HeardAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_encrypted_channel_is_brought_its_events_boxed()
    {
        const string Channel = "private-encrypted-clients";
        var away = await HeardAndLeftAsync(Channel, heard: 1);
        await RestartAsync();
        await AddClientAsync("b");

        var (events, answer) = await ComeBackAsync(away);
        Assert.Equal(["nonce", "ciphertext"], JsonNode.Parse((string)Assert.Single(events)["data"]!)!.AsObject().Select(member => member.Key));
        Assert.True(Recovered(answer));
    }

    /// <summary>Clients come and go at random while rows are written and the node restarts: whoever is told "recovered" has exactly what was said.</summary>
    [Fact]
    public async Task However_clients_and_restarts_fall_together_whoever_is_told_that_nothing_is_missing_misses_nothing()
    {
        _values["Branchline:Missed:Most"] = "4";
        await RestartAsync();
        var random = new Random(7);
        List<string> said = [];
        var away = await HeardAndLeftAsync("clients", heard: 0);
        List<string> heard = [];
        for (var round = 0; round < 25; round++)
        {
            for (var count = random.Next(7); count > 0; count--)
            {
                said.Add(await AddClientAsync("away"));
            }

            if (random.Next(4) == 0)
            {
                await RestartAsync();
            }

            using var client = await ConnectAsync();
            var (events, answer) = await ComeBackAsync(away, client);
            Assert.True(Recovered(answer));
            heard.AddRange(events.Select(Id));
            away = Away.From("clients", answer, 0, [.. away.Sockets, client.SocketId]);
            for (var count = random.Next(7); count > 0; count--)
            {
                said.Add(await AddClientAsync("live"));
                (away, var id) = await HearAsync(client, away);
                heard.Add(id);
            }

            Assert.Equal(said, heard);
        }
    }

    private async Task StartAsync() =>
        _node = await TestNode.StartAsync(new TestSettings { Directory = _directory, Values = _values });

    private async Task RestartAsync()
    {
        await _node.DisposeAsync();
        await StartAsync();
    }

    private string Cashier() => _node.Token("cashier", _branch1);

    private Task<PusherClient> ConnectAsync(bool cashier = false) =>
        PusherClient.ConnectAsync(_node, cashier ? Cashier() : _node.Token("admin"));

    private async Task<Away> HeardAndLeftAsync(string channel, int heard, bool cashier = false)
    {
        using var client = await ConnectAsync(cashier);
        await client.Socket.SendAsync("""{"event":"branchline:resume","data":{"sockets":[],"channels":{}}}""");
        Assert.Contains("subscription_succeeded", await client.SubscribeAsync(channel, await AuthAsync(client, channel)), StringComparison.Ordinal);
        var position = Parse(await client.Socket.ReceiveAsync());
        for (var number = 0; number < heard; number++)
        {
            await AddClientAsync("heard");
            Assert.True(IsEvent(Parse(await client.Socket.ReceiveAsync())));
        }

        return Away.From(channel, position, heard, [client.SocketId]);
    }

    private async Task<(List<JsonNode> Events, JsonNode Answer)> ComeBackAsync(Away away, string? token = null)
    {
        using var client = await PusherClient.ConnectAsync(_node, token ?? _node.Token("admin"));
        return await ComeBackAsync(away, client);
    }

    private async Task<(List<JsonNode> Events, JsonNode Answer)> ComeBackAsync(Away away, PusherClient client)
    {
        await client.Socket.SendAsync(away.ToResume());
        Assert.Contains("subscription_succeeded", await client.SubscribeAsync(away.Channel, await AuthAsync(client, away.Channel)), StringComparison.Ordinal);
        List<JsonNode> events = [];
        while (true)
        {
            var frame = Parse(await client.Socket.ReceiveAsync());
            if (!IsEvent(frame))
            {
                return (events, frame);
            }

            events.Add(frame);
        }
    }

    /// <summary>The next event, with what the client then knows: a position that comes before it begins the count anew.</summary>
    private static async Task<(Away Away, string Id)> HearAsync(PusherClient client, Away away)
    {
        while (true)
        {
            var frame = Parse(await client.Socket.ReceiveAsync());
            if (IsEvent(frame))
            {
                return (away with { Received = away.Received + 1 }, Id(frame));
            }

            away = Away.From(away.Channel, frame, 0, [away.Sockets[^1]]);
        }
    }

    private async Task<string> AuthAsync(PusherClient client, string channel)
    {
        if (!channel.StartsWith("private-", StringComparison.Ordinal))
        {
            return "";
        }

        using var http = _node.SignedIn("admin");
        using var form = new FormUrlEncodedContent([new("socket_id", client.SocketId), new("channel_name", channel)]);
        var answer = await http.PostAsync(new Uri("/broadcasting/auth", UriKind.Relative), form);
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["auth"]!;
    }

    private async Task PublishAsync(string channel)
    {
        Assert.Equal((200, "{}"), await _node.CallAsync("events", JsonSerializer.Serialize(new { name = "said", channel, data = "{}" })));
    }

    private Task<string> AddClientAsync(string name, string? socketId = null) => AddAsync("clients", new { name, branch_id = _branch1 }, socketId);

    private Task<string> SellAsync(string branch, string number) =>
        AddAsync("sales", new { receipt_number = number, branch_id = branch, subtotal = 0, total = 0 });

    private async Task<string> AddAsync(string table, object row, string? socketId = null)
    {
        using var http = _node.SignedIn("admin");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/{table}") { Content = JsonContent.Create(row) };
        request.Headers.TryAddWithoutValidation("X-Socket-Id", socketId);
        var answer = await http.SendAsync(request);
        return (string)(await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
    }

    private static JsonNode Parse(string? frame) => JsonNode.Parse(frame!)!;

    private static bool IsEvent(JsonNode frame) => frame["channel"] is not null;

    private static string Id(JsonNode frame) => (string)JsonNode.Parse((string)frame["data"]!)!["id"]!;

    private static bool Recovered(JsonNode answer) => (bool)answer["data"]!["recovered"]!;

    /// <summary>What a client keeps that was cut off.</summary>
    private sealed record Away(string Channel, string Epoch, long Offset, string? Seq, int Received, IReadOnlyList<string> Sockets)
    {
        public static Away From(string channel, JsonNode position, int received, IReadOnlyList<string> sockets)
        {
            var told = position["data"]!;
            return new Away(channel, (string)told["epoch"]!, (long)told["offset"]!, (string?)told["seq"], received, sockets);
        }

        public string ToResume() => JsonSerializer.Serialize(new
        {
            @event = "branchline:resume",
            data = new
            {
                sockets = Sockets,
                channels = new Dictionary<string, object>
                {
                    [Channel] = new { epoch = Epoch, offset = Offset, seq = Seq, received = Received, connections = Sockets.Count },
                },
            },
        });
    }
}
