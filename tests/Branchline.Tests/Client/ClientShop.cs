using Branchline.Client;
using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Tests.Gateway.Webhooks;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Client;

/// <summary>A product as the tests' programs see it.</summary>
internal sealed record Product
{
    public Guid Id { get; init; }

    public string Name { get; init; } = "";

    public long Price { get; init; }

    public string? Sku { get; init; }

    public string? Status { get; init; }

    public decimal? TaxRate { get; init; }
}

/// <summary>A client of the shop as the tests' programs see it.</summary>
internal sealed record Buyer
{
    public Guid Id { get; init; }

    public string Name { get; init; } = "";

    public Guid BranchId { get; init; }

    public DateOnly? Birthday { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>
/// A node with two branches that can be stopped and started again on its data, the line to it, and store files of clients. Everything
/// goes with the test.
/// </summary>
internal sealed class ClientShop : IAsyncDisposable
{
    public static readonly ClientOptions Quick = new()
    {
        FirstPause = TimeSpan.FromMilliseconds(20),
        LongestPause = TimeSpan.FromMilliseconds(200),
        PollEvery = TimeSpan.FromMilliseconds(50),
    };

    private readonly TempDirectory _directory;
    private readonly List<BranchlineClient> _clients = [];

    private ClientShop(TempDirectory directory, TestNode node)
    {
        _directory = directory;
        Node = node;
        Line = new Line(node.Address);
    }

    public TestNode Node { get; private set; }

    public Line Line { get; }

    public Guid North { get; } = NewId.Next();

    public Guid South { get; } = NewId.Next();

    public static CancellationToken Late => TestContext.Current.CancellationToken;

    public string DataDirectory => Path.Combine(_directory.Path, "node");

    public static async Task<ClientShop> OpenAsync(params (string Name, string Value)[] settings)
    {
        var directory = new TempDirectory();
        var node = await TestNode.StartAsync(new TestSettings
        {
            Directory = Path.Combine(directory.Path, "node"),
            Values = settings.ToDictionary(one => "Branchline:Feed:" + one.Name, one => (string?)one.Value),
        });
        var shop = new ClientShop(directory, node);
        await shop.AsNodeAsync(
            Write.Insert("branches", shop.North, ("name", FieldValue.Of("North")), ("code", FieldValue.Of("B01"))),
            Write.Insert("branches", shop.South, ("name", FieldValue.Of("South")), ("code", FieldValue.Of("B02"))));
        return shop;
    }

    public ClientStore Store(string name) => new(Path.Combine(_directory.Path, name + ".db"));

    /// <summary>A client with a store of that name; somebody of this role, in the north branch unless others are named.</summary>
    public async Task<BranchlineClient> ConnectAsync(
        string store, string role = "manager", ClientOptions? options = null, IReadOnlyList<Guid>? branches = null)
    {
        var person = Node.User(role, [.. (branches ?? [North]).Select(branch => branch.ToString())]);
        var client = await BranchlineClient.ConnectAsync(
            Line.Address, Credentials.Person(person.Email, TestNode.Password), Store(store), options ?? Quick, Late);
        _clients.Add(client);
        return client;
    }

    /// <summary>The same, in step with the node.</summary>
    public async Task<BranchlineClient> InStepAsync(
        string store, string role = "manager", ClientOptions? options = null, IReadOnlyList<Guid>? branches = null)
    {
        var client = await ConnectAsync(store, role, options, branches);
        await client.WhenLoadedAsync(Late);
        await InStepAsync(client);
        return client;
    }

    public static Task InStepAsync(BranchlineClient client) => EventuallyAsync(() => client.SyncAsync(Late), () => $"The client is {client.State}");

    /// <summary>Ends a client; its store stays.</summary>
    public async Task CloseAsync(BranchlineClient client)
    {
        _clients.Remove(client);
        await client.DisposeAsync();
    }

    public async Task StopNodeAsync()
    {
        Line.Cut();
        await Node.DisposeAsync();
    }

    /// <summary>Starts the node again on what its directory holds; the line to it stays cut.</summary>
    public async Task StartNodeAsync()
    {
        Node = await TestNode.StartAsync(new TestSettings { Directory = DataDirectory });
        Line.Node = Node.Address;
    }

    public async Task AsNodeAsync(params RowWrite[] writes)
    {
        var device = new DeviceId("node");
        var clock = Node.Services.GetRequiredService<NodeClock>();
        var outcome = await Node.Services.GetRequiredService<MutationPipeline>().ApplyAsync(
            new Mutation(device, 0, NewId.Next(), clock.Next(device), null, writes), Writer.Node, ApplyOptions.Default, CancellationToken.None);
        Assert.IsType<MutationOutcome.Applied>(outcome);
    }

    /// <summary>Names of the products on the node, in order.</summary>
    public async Task<string[]> NamesOnNodeAsync(string table = "products", string scope = "everyone")
    {
        using var http = Node.SignedIn("admin");
        var chunk = await new TestDevice(http, "looker").SnapshotAsync(scope);
        return [.. from part in chunk.Parts
                   where part.Table == table
                   let column = part.Columns.ToList().IndexOf("name")
                   from row in part.Rows
                   let name = row[column].AsText
                   orderby name
                   select name];
    }

    public static Product Product(BranchlineClient client, string name, long price = 100) => new() { Id = client.NewId(), Name = name, Price = price };

    public static async Task<string[]> NamesAsync(BranchlineClient client) =>
        [.. (await client.Table<Product>("products").ListAsync(Query.All.OrderBy("name"), Late)).Select(product => product.Name)];

    public static async Task EventuallyAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        for (var look = 0; look < 1200; look++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, Late);
        }

        Assert.Fail(otherwise());
    }

    public static Task EventuallyAsync(Func<bool> condition, Func<string> otherwise) => Eventually.AsTrueAsync(condition, otherwise);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await Line.DisposeAsync();
        await Node.DisposeAsync();
        _directory.Dispose();
    }
}
