using System.Net;
using System.Net.Sockets;

namespace Branchline.Tests.Cli;

public sealed class StartTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_first_start_prints_the_address_and_a_link_for_the_first_administrator()
    {
        await using var program = Program.Start("serve", "--data", _directory, "--urls", "http://127.0.0.1:0");

        await program.SaysAsync("/setup?token=");

        Assert.Contains("Branchline is ready:", program.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("token", program.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_refused()
    {
        await using var first = Program.Start("serve", "--data", _directory, "--urls", "http://127.0.0.1:0");
        await first.SaysAsync("ready");

        await using var second = await Program.RunAsync("serve", "--data", _directory, "--urls", "http://127.0.0.1:0");

        MustRefuse(second, "Another Branchline is running on");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_port_in_use_is_told_in_one_sentence(bool isWebSocketPort)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var urls = isWebSocketPort ? "http://127.0.0.1:0" : $"http://127.0.0.1:{port}";
        var environment = isWebSocketPort ? new Dictionary<string, string> { ["WEBSOCKET_PORT"] = $"{port}" } : [];

        await using var program = Program.Start(environment, "serve", "--data", _directory, "--urls", urls);
        await program.EndAsync();

        MustRefuse(program, $"http://127.0.0.1:{port} is in use");
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_to_is_told_in_one_sentence()
    {
        var file = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(file, "in the way");

        await using var program = await Program.RunAsync("serve", "--data", Path.Combine(file, "data"));

        MustRefuse(program, "cannot be written to");
    }

    [Fact]
    public async Task A_damaged_database_is_told_in_one_sentence_and_left_as_it_is()
    {
        var file = Path.Combine(_directory, "branchline.db");
        var damage = new byte[8192];
        Array.Fill(damage, (byte)'x');
        await File.WriteAllBytesAsync(file, damage);

        await using var program = await Program.RunAsync("serve", "--data", _directory, "--urls", "http://127.0.0.1:0");

        MustRefuse(program, "is damaged");
        Assert.Equal(damage, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task An_https_address_without_a_certificate_is_told_in_one_sentence()
    {
        await using var program = await Program.RunAsync("serve", "--data", _directory, "--urls", "https://127.0.0.1:0");

        MustRefuse(program, "needs a certificate");
    }

    [Fact]
    public async Task A_wrong_schema_is_told_with_file_and_line()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "toys.yaml"), """
            feature: toys
            tables:
              toys:
                scope: everyone
                fields:
                  name: { type: wurst }
            """);

        await using var program = await Program.RunAsync("serve", "--data", Path.Combine(_directory, "data"), "--schema", _directory);

        Assert.NotEqual(0, program.ExitCode);
        Assert.Contains("toys.yaml:6", program.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WEBSOCKET_PORT", "many")]
    [InlineData("Branchline__Access__PasswordLength", "1")]
    [InlineData("Branchline__Gateway__MaxChannels", "0")]
    [InlineData("Branchline__Publishing__MaxRequest", "many")]
    public async Task A_setting_that_cannot_be_is_told_in_one_sentence(string name, string value)
    {
        await using var program = Program.Start(
            new Dictionary<string, string> { [name] = value }, "serve", "--data", _directory, "--urls", "http://127.0.0.1:0");
        await program.EndAsync();

        MustRefuse(program, "A setting is wrong");
        Assert.Contains(name.Split("__")[^1], program.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_demo_listens_to_this_machine_only_unless_told_otherwise()
    {
        await using var program = await Program.RunAsync("up", "--demo", "--data", _directory, "--urls", "http://0.0.0.0:0");

        MustRefuse(program, "--lan");
        Assert.Empty(Directory.GetFiles(_directory));
    }

    private static void MustRefuse(Program program, string words)
    {
        Assert.NotEqual(0, program.ExitCode);
        Assert.Contains(words, program.Error, StringComparison.Ordinal);
        Assert.StartsWith("branchline: ", program.Error, StringComparison.Ordinal);
        Assert.Single(program.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
