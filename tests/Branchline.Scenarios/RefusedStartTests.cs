using System.Net;
using System.Net.Sockets;
using Branchline.Server;

namespace Branchline.Scenarios;

public sealed class RefusedStartTests
{
    [Fact]
    public async Task A_port_in_use_is_told_with_the_address()
    {
        using var data = new TempDirectory();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var sentence = await RefusalAsync("serve", "--data", data.Path, "--urls", address);

        Assert.Contains(address, sentence, StringComparison.Ordinal);
        Assert.Contains("in use", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_data_directory_is_told()
    {
        using var data = new TempDirectory();
        var file = Path.Combine(data.Path, "shop");
        await File.WriteAllTextAsync(file, "not a directory");

        var sentence = await RefusalAsync("serve", "--data", file, "--urls", "http://127.0.0.1:0");

        Assert.Contains(file, sentence, StringComparison.Ordinal);
        Assert.Contains("cannot be written", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_may_only_be_read_is_told()
    {
        using var disk = Mount.Make("ro,size=1m");

        var sentence = await RefusalAsync("serve", "--data", disk.Path, "--urls", "http://127.0.0.1:0");

        Assert.Contains(disk.Path, sentence, StringComparison.Ordinal);
        Assert.Contains("cannot be written", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_told()
    {
        using var data = new TempDirectory();
        await File.WriteAllTextAsync(DataDirectory.DatabaseFileOf(data.Path), new string('x', 10_000));

        await CheckDamagedAsync(data.Path);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(4096)]
    public async Task A_database_overwritten_in_the_middle_is_told(int from)
    {
        using var data = new TempDirectory();
        using (await Shop.OpenAsync(data.Path))
        {
        }

        // What is only in the write-ahead log goes into the file first.
        using (var database = Database.Open(DataDirectory.DatabaseFileOf(data.Path), readOnly: false))
        {
            database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        await using (var file = File.OpenWrite(DataDirectory.DatabaseFileOf(data.Path)))
        {
            file.Position = from;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 40_000).ToArray());
        }

        await CheckDamagedAsync(data.Path);
    }

    [Fact]
    public async Task A_wrong_schema_is_told_with_file_and_line()
    {
        using var data = new TempDirectory();
        using var schema = new TempDirectory();
        await File.WriteAllTextAsync(
            Path.Combine(schema.Path, "shop.yaml"),
            """
            feature: shop
            tables:
              things:
                fields:
                  name: { type: txet }
            """);

        var sentence = await RefusalAsync("serve", "--data", data.Path, "--schema", schema.Path, "--urls", "http://127.0.0.1:0");

        Assert.Contains("shop.yaml:5", sentence, StringComparison.Ordinal);
        Assert.Contains("txet", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_node_on_the_same_data_directory_is_refused_and_the_first_goes_on()
    {
        using var data = new TempDirectory();
        using var shop = await Shop.OpenAsync(data.Path);

        var sentence = await RefusalAsync("serve", "--data", data.Path, "--urls", "http://127.0.0.1:0");

        Assert.Contains("Another Branchline is running on " + data.Path, sentence, StringComparison.Ordinal);
        await shop.CreateAsync("categories", new { name = "Still open" });
    }

    private static async Task CheckDamagedAsync(string data)
    {
        var sentence = await RefusalAsync("serve", "--data", data, "--urls", "http://127.0.0.1:0");

        Assert.Contains(DataDirectory.DatabaseFileOf(data), sentence, StringComparison.Ordinal);
        Assert.Contains("damaged", sentence, StringComparison.Ordinal);
    }

    /// <summary>What the program says on its way out: no stack trace, and an exit code of its own.</summary>
    private static async Task<string> RefusalAsync(params string[] arguments)
    {
        var (code, error) = await RunningNode.RunAsync(arguments);
        Assert.Equal(1, code);
        Assert.StartsWith("branchline: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
        return error;
    }
}
