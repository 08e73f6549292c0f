namespace Branchline.Tests.Cli;

public sealed class UserVerbTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Somebody_is_let_in_listed_and_kept_out_on_the_command_line()
    {
        await using var ada = await Program.RunAsync(
            "user", "add", "ada@test.shop", "--name", "Ada", "--role", "admin", "--password", "long enough", "--data", _directory);
        await using var clara = await Program.RunAsync(
            "user", "add", "clara@test.shop", "--name", "Clara", "--role", "cashier", "--password", "long enough", "--data", _directory);
        await using var disabled = await Program.RunAsync("user", "disable", "CLARA@test.shop", "--data", _directory);
        await using var list = await Program.RunAsync("user", "list", "--data", _directory);

        Assert.Equal((0, 0, 0, 0), (ada.ExitCode, clara.ExitCode, disabled.ExitCode, list.ExitCode));
        Assert.Contains("ada@test.shop", list.Out, StringComparison.Ordinal);
        Assert.Matches(@"clara@test\.shop +cashier +Clara +disabled", list.Out);
    }

    [Fact]
    public async Task A_short_password_is_refused_in_one_sentence()
    {
        await using var program = await Program.RunAsync(
            "user", "add", "ada@test.shop", "--name", "Ada", "--role", "admin", "--password", "short", "--data", _directory);

        Assert.NotEqual(0, program.ExitCode);
        Assert.Equal("branchline: A password has at least 8 characters.", program.Error.Trim());
    }

    [Fact]
    public async Task Config_shows_what_is_in_force()
    {
        await using var program = await Program.RunAsync("config", "--data", _directory, "--set", "Branchline:Access:PasswordLength=12");

        Assert.Equal(0, program.ExitCode);
        Assert.Contains("PasswordLength = 12", program.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_shows_what_realtime_clients_need_and_hides_the_secrets()
    {
        var settings = new Dictionary<string, string>
        {
            ["PUSHER_APP_ID"] = "shop-7", ["PUSHER_APP_KEY"] = "shop-key", ["PUSHER_APP_SECRET"] = "hush", ["WEBSOCKET_PORT"] = "6001",
            ["Branchline__App__PreviousSecrets__0"] = "hush-hush",
        };
        await using var program = Program.Start(settings, "config", "--data", _directory);
        await program.EndAsync();

        Assert.Equal(0, program.ExitCode);
        foreach (var line in new[] { "Id = shop-7", "Key = shop-key", "Secret = (set)", "PreviousSecrets = (set)", "WebSocketPort = 6001" })
        {
            Assert.Contains("  " + line + Environment.NewLine, program.Out, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("hush", program.Out + program.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_makes_nothing()
    {
        var directory = Path.Combine(_directory, "none");
        await using var program = await Program.RunAsync("config", "--data", directory);

        Assert.Equal(0, program.ExitCode);
        Assert.Contains("  Key = branchline-key", program.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task Doctor_names_the_database_library_and_how_long_a_flush_takes()
    {
        await using var program = await Program.RunAsync("doctor", "--data", _directory, "--urls", "http://127.0.0.1:0");

        Assert.Contains("SQLite", program.Out, StringComparison.Ordinal);
        Assert.Contains("Flush to disk", program.Out, StringComparison.Ordinal);
    }
}
