using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Branchline.Tests.Gateway;

/// <summary>From a REST write to the frames of every other wire.</summary>
public sealed class LiveEventsTests : IAsyncLifetime
{
    private TestNode _node = null!;
    private string _branch1 = "";
    private string _branch2 = "";

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        using var admin = _node.SignedIn("admin");
        _branch1 = await CreateAsync(admin, "branches", new { name = "One", code = "B1" });
        _branch2 = await CreateAsync(admin, "branches", new { name = "Two", code = "B2" });
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_cashier_of_branch_2_hears_nothing_of_a_sale_in_branch_1_not_even_an_id()
    {
        using var own = await PusherClient.ConnectAsync(_node, _node.Token("cashier", _branch1));
        using var other = await PusherClient.ConnectAsync(_node, _node.Token("cashier", _branch2));
        using var till = await TestSocket.ConnectAsync(_node.SocketAddress, "/ws?token=" + _node.Token("cashier", _branch2));
        foreach (var channel in new[] { "sales", "orders", "inventory" })
        {
            await own.JoinAsync(channel);
            await other.JoinAsync(channel);
        }

        using var cashier = _node.SignedIn("cashier", _branch1);
        var sale = await CreateAsync(cashier, "sales", new { receipt_number = "T-1", branch_id = _branch1, subtotal = 0, total = 0 });
        var order = await CreateAsync(cashier, "orders", new { number = "O-1", branch_id = _branch1 });
        (await cashier.PutAsJsonAsync($"/api/orders/{order}", new { status = "awaiting_payment" })).EnsureSuccessStatusCode();

        Assert.Equal([("sale.created", sale), ("order.created", order), ("order.status.changed", order)], await NextAsync(own, 3));
        Assert.Empty(await other.HeardAsync());
        await till.SendAsync("ping");
        Assert.Equal("pong", await till.ReceiveAsync());
    }

    [Fact]
    public async Task Creating_changing_and_deleting_a_client_is_told_by_the_names_of_old()
    {
        using var manager = await PusherClient.ConnectAsync(_node, _node.Token("manager", _branch1));
        await manager.JoinAsync("clients");
        using var http = _node.SignedIn("manager", _branch1);
        var id = await CreateAsync(http, "clients", new { name = "Ada", branch_id = _branch1 });
        (await http.PutAsJsonAsync($"/api/clients/{id}", new { city = "Utrecht" })).EnsureSuccessStatusCode();
        (await http.DeleteAsync(new Uri($"/api/clients/{id}", UriKind.Relative))).EnsureSuccessStatusCode();

        Assert.Equal([("clients:create", id), ("clients:update", id), ("clients:delete", id)], await NextAsync(manager, 3));
    }

    [Fact]
    public async Task A_page_that_names_its_socket_hears_nothing_of_what_it_wrote_itself_and_all_others_do()
    {
        using var own = await PusherClient.ConnectAsync(_node, _node.Token("manager", _branch1));
        using var other = await PusherClient.ConnectAsync(_node, _node.Token("manager", _branch1));
        await own.JoinAsync("clients");
        await other.JoinAsync("clients");

        var silent = await CreateFromAsync(own.SocketId, "Ada");
        var unconnected = await CreateFromAsync("undefined", "Ben");
        var another = await CreateFromAsync(other.SocketId, "Cem");

        Assert.Equal([("clients:create", unconnected), ("clients:create", another)], await NextAsync(own, 2));
        Assert.Equal([("clients:create", silent), ("clients:create", unconnected)], await NextAsync(other, 2));
        Assert.Empty(await own.HeardAsync());
        Assert.Empty(await other.HeardAsync());
    }

    [Fact]
    public async Task A_long_list_saved_at_once_is_heard_whole()
    {
        using var manager = await PusherClient.ConnectAsync(_node, _node.Token("manager", _branch1));
        await manager.JoinAsync("clients");
        using var http = _node.SignedIn("manager", _branch1);
        var rows = Enumerable.Range(0, 1000).Select(index => new { name = $"Client {index}", branch_id = _branch1 });
        using var response = await http.PostAsJsonAsync("/api/clients", rows);
        var saved = (await response.Content.ReadFromJsonAsync<JsonArray>())!.Select(row => ("clients:create", (string)row!["id"]!));

        Assert.Equal(saved, await NextAsync(manager, 1000));
    }

    [Fact]
    public async Task A_refused_write_is_not_told_to_anybody()
    {
        using var manager = await PusherClient.ConnectAsync(_node, _node.Token("manager", _branch1));
        await manager.JoinAsync("clients");
        using var http = _node.SignedIn("manager", _branch1);
        var refused = await http.PostAsJsonAsync("/api/clients", new { branch_id = _branch1 });
        var id = await CreateAsync(http, "clients", new { name = "Ada", branch_id = _branch1 });

        Assert.False(refused.IsSuccessStatusCode);
        Assert.Equal([("clients:create", id)], await NextAsync(manager, 1));
    }

    private async Task<string> CreateFromAsync(string socketId, string name)
    {
        using var http = _node.SignedIn("manager", _branch1);
        http.DefaultRequestHeaders.Add("X-Socket-Id", socketId);
        return await CreateAsync(http, "clients", new { name, branch_id = _branch1 });
    }

    private static async Task<string> CreateAsync(HttpClient http, string table, object row)
    {
        using var response = await http.PostAsJsonAsync("/api/" + table, row);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!;
    }

    /// <summary>The next events by name and row, and none that follow at once.</summary>
    private static async Task<List<(string Name, string Id)>> NextAsync(PusherClient client, int count)
    {
        var events = new List<(string Name, string Id)>();
        for (var index = 0; index < count; index++)
        {
            var frame = JsonNode.Parse((await client.Socket.ReceiveAsync())!)!;
            events.Add(((string)frame["event"]!, (string)JsonNode.Parse((string)frame["data"]!)!["id"]!));
        }

        Assert.Empty(await client.HeardAsync());
        return events;
    }
}
