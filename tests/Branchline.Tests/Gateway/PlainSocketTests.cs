using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway;

public sealed class PlainSocketTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static readonly string Branch1 = Committed.Branch1["branch:".Length..];
    private static readonly string Branch2 = Committed.Branch2["branch:".Length..];

    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task The_words_are_those_of_old()
    {
        using var golden = JsonDocument.Parse(GoldenFile.Read("plain/words.json"));
        var words = golden.RootElement.GetProperty("words").EnumerateArray().Select(word => word.GetString());
        using var client = await TestSocket.ConnectAsync(_node.SocketAddress, "/ws");
        await client.SendAsync(golden.RootElement.GetProperty("ask").GetString()!);

        Assert.Equal(words, _node.Services.GetRequiredService<TableReaders>().Words.Order(StringComparer.Ordinal));
        Assert.Equal(golden.RootElement.GetProperty("answer").GetString(), await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_till_that_says_nothing_hears_the_words_of_its_branch_once_a_commit()
    {
        using var till = await TestSocket.ConnectAsync(_node.SocketAddress, "/ws?token=" + _node.Token("cashier", Branch1));
        await till.SendAsync("ping");
        Assert.Equal("pong", await till.ReceiveAsync());
        _node.Announce(
            Committed.Order(Committed.Branch1, "paid"),
            Committed.Order(Committed.Branch1, "for_release"),
            Committed.Change("estimates", Committed.Branch1, WriteKind.Insert, "a02"));
        _node.Announce(Committed.Order(Committed.Branch1, "released"));

        Assert.Equal(["order_updated", "estimate_updated", "order_updated"], await HeardAsync(till));
    }

    [Fact]
    public async Task A_cashier_of_branch_2_hears_no_word_of_branch_1()
    {
        using var till = await TestSocket.ConnectAsync(_node.SocketAddress, "/ws?token=" + _node.Token("cashier", Branch2));
        Assert.Empty(await HeardAsync(till));
        _node.Announce(Committed.Order(Committed.Branch1, "paid"));

        Assert.Empty(await HeardAsync(till));
    }

    [Fact]
    public async Task Nobody_hears_a_word_without_signing_in_unless_the_operator_opened_it()
    {
        await using var node = await TestNode.StartAsync(
            new TestSettings { Values = { ["Branchline:Gateway:PublicWords"] = "estimate_updated" } });
        using var anybody = await TestSocket.ConnectAsync(node.SocketAddress, "/ws");
        Assert.Empty(await HeardAsync(anybody));
        node.Announce(
            Committed.Order(Committed.Branch1, "paid"),
            Committed.Change("estimates", Committed.Branch1, WriteKind.Update, "a02"),
            Committed.Change("estimates", Committed.Branch2, WriteKind.Update, "a03"));

        Assert.Equal(["estimate_updated"], await HeardAsync(anybody));
    }

    [Fact]
    public async Task A_demo_says_every_word_to_anybody()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Demo = true });
        using var anybody = await TestSocket.ConnectAsync(node.SocketAddress, "/ws");
        Assert.Empty(await HeardAsync(anybody));
        node.Announce(Committed.Order(Committed.Branch1, "paid"));

        Assert.Equal(["order_updated"], await HeardAsync(anybody));
    }

    [Fact]
    public async Task Whatever_else_a_client_says_is_not_answered()
    {
        using var client = await TestSocket.ConnectAsync(_node.SocketAddress, "/ws");
        await client.SendAsync("hello?");

        Assert.Empty(await HeardAsync(client));
    }

    [Fact]
    public async Task A_message_over_the_limit_and_a_session_that_ends_close_the_connection()
    {
        using var loud = await TestSocket.ConnectAsync(_node.SocketAddress, "/ws");
        await loud.SendAsync(new string('x', 200_000));
        Assert.Equal(1009, await loud.ReceiveCloseAsync());

        var token = _node.Token("cashier", Branch1);
        using var till = await TestSocket.ConnectAsync(_node.SocketAddress, "/ws?token=" + token);
        using var http = _node.Anonymous();
        http.DefaultRequestHeaders.Add("Authorization", "Bearer " + token);
        (await http.PostAsync(new Uri("/api/logout", UriKind.Relative), null)).EnsureSuccessStatusCode();
        Assert.Equal(4401, await till.ReceiveCloseAsync());
    }

    /// <summary>Every word that came before the answer to a ping sent now.</summary>
    private static async Task<List<string>> HeardAsync(TestSocket socket)
    {
        await socket.SendAsync("ping");
        var heard = new List<string>();
        while (await socket.ReceiveAsync() is { } word && word != "pong")
        {
            heard.Add(word);
        }

        return heard;
    }
}
