using System.Text.RegularExpressions;
using Branchline.Server.Access.Control;
using Branchline.Server.Gateway.Apps;
using Branchline.Tests.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Cli;

public sealed class AppVerbTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task An_app_is_added_listed_rotated_and_removed_while_the_node_runs()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Directory = _directory });
        var apps = node.Services.GetRequiredService<AppRegistry>();

        await using var added = await RunAsync("add", "--id", "board", "--name", "Board", "--origin", "https://shop.example", "--webhook", "http://10.0.0.7/hook", "--no-client-events");
        Assert.True(apps.TryFindById("board", out var app), added.Error);
        Assert.Equal(("Board", false, "http://10.0.0.7/hook"), (app.Name, app.ClientEvents, Assert.Single(app.Webhooks).Url));
        Assert.Equal("https://shop.example", Assert.Single(app.AllowedOrigins));
        Assert.True(app.VerifyHex(TestApp.Of("", "", SecretOf(added)).Sign("x"), "x"));

        await using var rotated = await RunAsync("rotate", "board", "--grace", "2");
        Assert.Equal(TestApp.Of("", "", SecretOf(rotated)).Sign("x"), app.Sign("x"));
        Assert.True(app.VerifyHex(TestApp.Of("", "", SecretOf(added)).Sign("x"), "x"));
        Assert.Contains("counts until", rotated.Out, StringComparison.Ordinal);

        await using var ended = await RunAsync("rotate", "board", "--now");
        Assert.False(app.VerifyHex(TestApp.Of("", "", SecretOf(rotated)).Sign("x"), "x"));

        await using var list = await RunAsync("list");
        Assert.Matches(@"branchline +branchline-key +branchline +administrators +own", list.Out);
        Assert.Matches(@"board +[0-9a-f]{20} +Board +administrators", list.Out);
        Assert.DoesNotContain(SecretOf(ended), list.Out, StringComparison.Ordinal);

        await using var removed = await RunAsync("remove", "board");
        Assert.False(apps.TryFindById("board", out _));
        Assert.Equal((0, 0, 0, 0, 0), (added.ExitCode, rotated.ExitCode, ended.ExitCode, list.ExitCode, removed.ExitCode));
    }

    [Fact]
    public async Task A_refusal_is_one_sentence()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Directory = _directory });
        await using var program = await RunAsync("add", "--id", "branchline");

        Assert.Equal(1, program.ExitCode);
        Assert.Equal("branchline: id: Another realtime app has the id \"branchline\".", program.Error.Trim());
    }

    [Theory]
    [InlineData("tomorrow")]
    [InlineData("-1")]
    [InlineData("721")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    public async Task A_grace_that_is_none_is_refused_with_what_would_be_right(string grace)
    {
        await using var program = await RunAsync("rotate", "board", "--grace", grace);

        Assert.NotEqual(0, program.ExitCode);
        Assert.StartsWith(
            $"--grace: '{grace}' is no number of hours from 0 to 720; say 24 for a day, 0.5 for half an hour, or --now for none.",
            program.Error.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_running_node_it_says_so_in_one_sentence()
    {
        await using var never = await RunAsync("list");
        new ControlFile("http://127.0.0.1:1", "left by a node that was killed").Write(_directory);
        await using var killed = await RunAsync("list");

        foreach (var program in new[] { never, killed })
        {
            Assert.Equal(1, program.ExitCode);
            Assert.StartsWith($"branchline: No node is running on {_directory};", program.Error, StringComparison.Ordinal);
            Assert.Single(program.Error.Trim().Split('\n'));
        }
    }

    private static string SecretOf(Program program) => Regex.Match(program.Out, "PUSHER_APP_SECRET=([0-9a-f]+)").Groups[1].Value;

    private Task<Program> RunAsync(params string[] words) => Program.RunAsync(["app", .. words, "--data", _directory]);
}
