using Branchline.Client;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Client;

/// <summary>Copies of a client's store, and older copies of the node's data.</summary>
public sealed class OtherLivesTests
{
    [Fact]
    public async Task A_copied_store_becomes_another_device_and_loses_nothing()
    {
        await using var shop = await ClientShop.OpenAsync();
        var original = await shop.InStepAsync("till");
        await SaveAsync(original, "Rice");
        await original.Outbox.WhenSentAsync(ClientShop.Late);
        await shop.CloseAsync(original);
        File.Copy(shop.Store("till").Path, shop.Store("copy").Path);
        original = await shop.InStepAsync("till");
        shop.Line.Cut();
        var copy = await shop.ConnectAsync("copy");
        Assert.Equal(original.Device, copy.Device);
        await SaveAsync(original, "Salt");
        await SaveAsync(copy, "Oil");
        await SaveAsync(copy, "Soap");

        shop.Line.Mend();
        original.Nudge();
        await original.Outbox.WhenSentAsync(ClientShop.Late);
        copy.Nudge();
        await copy.Outbox.WhenSentAsync(ClientShop.Late);
        await ClientShop.InStepAsync(copy);

        Assert.NotEqual(original.Device, copy.Device);
        Assert.Equal(["Oil", "Rice", "Salt", "Soap"], await shop.NamesOnNodeAsync());
        Assert.Equal(["Oil", "Rice", "Salt", "Soap"], await ClientShop.NamesAsync(copy));
    }

    [Fact]
    public async Task A_node_restored_from_an_older_copy_is_sent_again_what_it_lost()
    {
        await using var shop = await ClientShop.OpenAsync();
        var client = await shop.InStepAsync("till");
        await SaveAsync(client, "Rice");
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await shop.StopNodeAsync();
        var backup = shop.DataDirectory + "-backup";
        Copy(shop.DataDirectory, backup);
        await shop.StartNodeAsync();
        shop.Line.Mend();
        client.Nudge();
        await ClientShop.InStepAsync(client);
        await SaveAsync(client, "Salt");
        await SaveAsync(client, "Oil");
        await client.Outbox.WhenSentAsync(ClientShop.Late);

        await shop.StopNodeAsync();
        Directory.Delete(shop.DataDirectory, recursive: true);
        Directory.Move(backup, shop.DataDirectory);
        await shop.StartNodeAsync();
        Assert.Equal(["Rice"], await shop.NamesOnNodeAsync());
        shop.Line.Mend();
        client.Nudge();
        await ClientShop.EventuallyAsync(
            async () => (await shop.NamesOnNodeAsync()).Length == 3, () => $"{client.State}, {client.Outbox.Summary}");
        await ClientShop.InStepAsync(client);

        Assert.Equal(["Oil", "Rice", "Salt"], await shop.NamesOnNodeAsync());
        Assert.Equal(["Oil", "Rice", "Salt"], await ClientShop.NamesAsync(client));
        Assert.Equal(0, client.Outbox.Waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_restored_node_lost_is_sent_again_though_a_copy_of_the_store_used_the_same_numbers(bool useSocket)
    {
        var options = new ClientOptions { UseSocket = useSocket, PollEvery = TimeSpan.FromMilliseconds(50), FirstPause = TimeSpan.FromMilliseconds(20) };
        await using var shop = await ClientShop.OpenAsync();
        var original = await LoadedAsync(shop, options);
        await SaveAsync(original, "Rice");
        await original.Outbox.WhenSentAsync(ClientShop.Late);
        await shop.CloseAsync(original);
        File.Copy(shop.Store("till").Path, shop.Store("copy").Path);
        await shop.StopNodeAsync();
        var database = Path.Combine(shop.DataDirectory, "branchline.db");
        var backup = shop.Store("backup").Path;
        File.Copy(database, backup);
        await shop.StartNodeAsync();
        shop.Line.Mend();
        original = await LoadedAsync(shop, options);
        await SaveAsync(original, "Salt");
        await SaveAsync(original, "Oil");
        await original.Outbox.WhenSentAsync(ClientShop.Late);
        await shop.CloseAsync(original);

        await shop.StopNodeAsync();
        File.Copy(backup, database, overwrite: true);
        await shop.StartNodeAsync();
        shop.Line.Mend();
        var copy = await shop.ConnectAsync("copy", options: options);
        foreach (var name in new[] { "Soap", "Tea", "Wax" })
        {
            await SaveAsync(copy, name);
        }

        await copy.Outbox.WhenSentAsync(ClientShop.Late);
        await shop.ConnectAsync("till", options: options);
        await ClientShop.EventuallyAsync(
            async () => (await shop.NamesOnNodeAsync()).Length == 6, () => $"{original.State}, {original.Outbox.Summary}");

        Assert.Equal(["Oil", "Rice", "Salt", "Soap", "Tea", "Wax"], await shop.NamesOnNodeAsync());
    }

    [Fact]
    public async Task What_the_restored_node_never_had_from_others_goes_and_own_writes_stay()
    {
        await using var shop = await ClientShop.OpenAsync();
        shop.Node.User("manager", shop.North.ToString());
        await shop.StopNodeAsync();
        var backup = shop.DataDirectory + "-backup";
        Copy(shop.DataDirectory, backup);
        await shop.StartNodeAsync();
        shop.Line.Mend();
        await shop.AsNodeAsync(Write.Insert("products", NewId.Next(), ("name", FieldValue.Of("Ghost")), ("price", FieldValue.Of(1))));
        var client = await shop.InStepAsync("till");
        Assert.Equal(["Ghost"], await ClientShop.NamesAsync(client));
        await shop.StopNodeAsync();
        await SaveAsync(client, "Rice");

        Directory.Delete(shop.DataDirectory, recursive: true);
        Directory.Move(backup, shop.DataDirectory);
        await shop.StartNodeAsync();
        Assert.Empty(await shop.NamesOnNodeAsync());
        shop.Line.Mend();
        client.Nudge();
        await client.Outbox.WhenSentAsync(ClientShop.Late);
        await ClientShop.InStepAsync(client);

        Assert.Equal(["Rice"], await ClientShop.NamesAsync(client));
    }

    private static async Task<BranchlineClient> LoadedAsync(ClientShop shop, ClientOptions options)
    {
        var client = await shop.ConnectAsync("till", options: options);
        await client.WhenLoadedAsync(ClientShop.Late);
        return client;
    }

    private static Task<SavedMutation?> SaveAsync(BranchlineClient client, string name) =>
        client.Table<Product>("products").SaveAsync(ClientShop.Product(client, name), ClientShop.Late);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
