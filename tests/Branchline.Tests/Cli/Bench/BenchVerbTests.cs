using System.Text.Json;
using Branchline.Tests.Gateway.Webhooks;

namespace Branchline.Tests.Cli.Bench;

public sealed class BenchVerbTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--tls")]
    public async Task Every_case_has_its_figures_and_nothing_is_lost(params string[] more)
    {
        var file = Path.Combine(_directory.Path, "figures.json");
        await using var program = Start(
            new() { ["TMPDIR"] = _directory.Path }, ["--subscribers", "50", "--seconds", "1", "--json", file, .. more]);
        await program.EndAsync();

        Assert.True(program.ExitCode == 0, program.Error + program.Out);
        const string Figure = @"+[\d,]+(\.\d+)?";
        Assert.All(
            ["lock", "burst", "rate", "slow", "many"],
            name => Assert.Matches($@"(?m)^  {name} {string.Concat(Enumerable.Repeat($" {Figure}", 6)).TrimStart()} +0 +0\r?$", program.Out));
        Assert.Matches($@"(?m)^  idle {Figure} +-?[\d,]+ {Figure} +0\r?$", program.Out);
        Assert.Matches(@"(?m)^[\d,]+ deliveries checked: 0 lost, 0 doubled or out of order\.\r?$", program.Out);
        Assert.Matches(@"(?m)^  Cores +\d+\r?$", program.Out);
        var cases = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("cases");
        Assert.Equal(6, cases.GetArrayLength());
        Assert.True(cases[0].GetProperty("cpuMicroseconds").GetDouble() > 0);
        Assert.Empty(Directory.GetDirectories(_directory.Path, "branchline-bench-*"));
    }

    [Fact]
    public async Task A_running_node_is_measured_from_outside()
    {
        await using var peer = await ScriptedPeer.StartAsync(Fault.None);

        await using var program = await MeasureAsync(peer);

        Assert.True(program.ExitCode == 0, program.Error + program.Out);
        Assert.Matches(@"(?m)^  lock +50 +[\d,]+ +- +", program.Out);
    }

    [Theory]
    [InlineData(Fault.Drop, @"WRONG\. .*: [1-9]\d* lost, 0 doubled or out of order")]
    [InlineData(Fault.Double, @"WRONG\. .*: 0 lost, 1 doubled or out of order")]
    public async Task A_server_that_is_wrong_about_one_delivery_is_found_out(Fault fault, string verdict)
    {
        await using var peer = await ScriptedPeer.StartAsync(fault);

        await using var program = await MeasureAsync(peer);

        Assert.Equal(1, program.ExitCode);
        Assert.Matches(verdict, program.Out);
    }

    [Fact]
    public async Task An_interrupted_measurement_leaves_no_node_and_no_data()
    {
        await using var program = Start(new() { ["TMPDIR"] = _directory.Path }, "--cases", "lock", "--subscribers", "50", "--seconds", "600");
        var database = new Func<bool>(() => Directory.GetFiles(_directory.Path, "branchline.db", SearchOption.AllDirectories).Length > 0);
        await Eventually.AsTrueAsync(database, () => "No node was started: " + program.Error);

        program.Terminate();
        await program.EndAsync();

        Assert.Equal(1, program.ExitCode);
        Assert.Contains("interrupted", program.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_directory.Path, "branchline-bench-*"));
    }

    [Fact]
    public async Task Another_machine_is_not_put_under_load_unless_that_is_wanted()
    {
        await using var program = Start([], "--url", "http://192.0.2.1:8000", "--app", "shop", "--key", "key", "--secret", "secret");
        await program.EndAsync();

        Assert.Equal(1, program.ExitCode);
        Assert.Contains("192.0.2.1 is not this machine; add --remote", program.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no case \"lok\"", "--cases", "lok")]
    [InlineData("between 1 and", "--subscribers", "0")]
    [InlineData("--key is missing", "--url", "http://127.0.0.1:9", "--app", "shop")]
    public async Task A_wrong_wish_is_refused_with_the_reason(string reason, params string[] arguments)
    {
        await using var program = Start(new() { ["PUSHER_APP_KEY"] = "" }, arguments);
        await program.EndAsync();

        Assert.Equal(1, program.ExitCode);
        Assert.Contains(reason, program.Error, StringComparison.Ordinal);
    }

    private static async Task<Program> MeasureAsync(ScriptedPeer peer)
    {
        var program = Start(
            new() { ["PUSHER_APP_SECRET"] = "secret" },
            "--url", peer.Url, "--app", "shop", "--key", "key", "--cases", "lock", "--subscribers", "50", "--seconds", "1");
        await program.EndAsync();
        return program;
    }

    private static Program Start(Dictionary<string, string> environment, params string[] arguments) =>
        Program.Start(environment, ["bench", "realtime", "--runs", "1", .. arguments]);
}
