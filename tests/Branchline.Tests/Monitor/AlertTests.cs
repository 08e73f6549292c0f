using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server;
using Branchline.Server.Monitor.Alerts;
using Branchline.Tests.Replication;
using Branchline.Tests.Sync;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Monitor;

/// <summary>Alerts: raised once, cleared once, shown, and posted where the operator wants them.</summary>
public sealed class AlertTests
{
    private const string Secret = "shared with the pager";

    [Fact]
    public async Task A_line_that_fails_again_and_again_is_raised_once_and_cleared_once_and_both_are_posted_signed()
    {
        await using var pager = await Pager.StartAsync();
        await using var chain = await Chain.OpenAsync();
        var values = new Dictionary<string, string?>(Chain.ByHand)
        {
            ["Branchline:Alerts:Failures"] = "2",
            ["Branchline:Alerts:DiskFree"] = "0",
            ["Branchline:Alerts:WebhookUrl"] = pager.Url,
            ["Branchline:Alerts:WebhookSecret"] = Secret,
            ["Branchline:Alerts:WebhookFirstPause"] = "00:00:00.02",
        };
        var north = await chain.JoinAsync("North", new TestSettings { Values = values });
        pager.Refuse(2);
        await chain.CloseMasterAsync();

        await north.RoundAsync();
        await LookAsync(north.Node);
        Assert.Empty(await RaisedAsync(north.Node));
        for (var rounds = 0; rounds < 3; rounds++)
        {
            await north.RoundAsync();
            await LookAsync(north.Node);
        }

        var raised = Assert.Single(await RaisedAsync(north.Node));
        Assert.StartsWith("link_failed", raised, StringComparison.Ordinal);
        await north.Node.Services.GetRequiredService<Server.Replication.Follower>().LeaveAsync(
            north.Node.Services.GetRequiredService<Server.Replication.Masters>().All[0].Name, TestContext.Current.CancellationToken);
        await LookAsync(north.Node);
        await LookAsync(north.Node);

        Assert.Empty(await RaisedAsync(north.Node));
        await Eventually.AsTrueAsync(() => Task.FromResult(pager.Taken.Count >= 2), "Nothing was posted");
        Assert.Equal(["alert.raised link_failed", "alert.cleared link_failed"], pager.Taken);
        Assert.Equal(4, pager.Posts);
    }

    [Fact]
    public async Task A_figure_on_the_edge_says_nothing_twice()
    {
        var value = 0.0;
        var (watch, _) = Watch(() => [new AlertReading(AlertKind.ClockSkew, "branch:1", "North", value, "skew")]);
        var seen = new List<int>();

        foreach (var next in new[] { 29, 31, 29, 31, 16, 14, 16, 29, 30 })
        {
            value = next;
            await watch.LookAsync(TestContext.Current.CancellationToken);
            seen.Add(watch.Raised.Count);
        }

        Assert.Equal([0, 1, 1, 1, 1, 0, 0, 0, 1], seen);
    }

    [Fact]
    public async Task What_is_no_longer_read_is_cleared()
    {
        AlertReading[] readings = [new AlertReading(AlertKind.DiskLow, "node", "office", 10, "10 bytes are free")];
        var (watch, _) = Watch(() => readings);
        await watch.LookAsync(TestContext.Current.CancellationToken);
        Assert.Single(watch.Raised);

        readings = [];
        await watch.LookAsync(TestContext.Current.CancellationToken);

        Assert.Empty(watch.Raised);
    }

    [Fact]
    public async Task A_queue_that_grows_old_a_wrong_clock_and_a_full_disk_are_seen_above()
    {
        var clock = new TestClock();
        var master = new TestSettings { Values = { ["Branchline:Alerts:DiskFree"] = (1L << 50).ToString(System.Globalization.CultureInfo.InvariantCulture), ["Branchline:Alerts:QueueAge"] = "00:00:30" } };
        var office = await TestNode.StartAsync(master);
        await using var chain = await Chain.OpenAsync(office);
        var north = await chain.JoinAsync("North", new TestSettings { Values = Chain.ByHand, Time = clock });
        using (var admin = north.Node.SignedIn("admin"))
        {
            await admin.PostAsync("/api/sync/lanes/prices?pause=true", null, TestContext.Current.CancellationToken);
        }

        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        clock.Advance(TimeSpan.FromSeconds(60));
        clock.Elapse(TimeSpan.FromSeconds(10));
        await north.RoundAsync();
        await LookAsync(office);

        var raised = await RaisedAsync(office);
        Assert.Contains(raised, alert => alert.StartsWith("queue_old North", StringComparison.Ordinal));
        Assert.Contains(raised, alert => alert.StartsWith("clock_skew North", StringComparison.Ordinal));
        Assert.Contains(raised, alert => alert.StartsWith("disk_low North", StringComparison.Ordinal));
        Assert.Contains(raised, alert => alert.StartsWith($"disk_low {Environment.MachineName}", StringComparison.Ordinal));
    }

    [Fact]
    public void Posts_without_a_secret_or_to_no_address_are_refused_at_the_start()
    {
        using var directory = new TempDirectory();
        var settings = new ServerSettings
        {
            DataDirectory = directory.Path,
            Schema = Server.Schema.SchemaSource.FromFiles(Branchline.Merchant.MerchantSchema.Files),
            Urls = "http://127.0.0.1:0",
            Values = new Dictionary<string, string?> { ["Branchline:Alerts:WebhookUrl"] = "pager" },
        };

        var refusal = Assert.Throws<StartRefusedException>(() => BranchlineServer.Build(settings));

        Assert.Contains("Branchline:Alerts:WebhookUrl is an address", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Branchline:Alerts:WebhookSecret is missing", refusal.Message, StringComparison.Ordinal);
    }

    private static (AlertWatch Watch, AlertPost Post) Watch(Func<IReadOnlyList<AlertReading>> read)
    {
        var options = Microsoft.Extensions.Options.Options.Create(new AlertOptions());
        var post = new AlertPost(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<AlertPost>.Instance);
        AlertSource source = _ => Task.FromResult(read());
        return (new AlertWatch([source], post, new IdSource(TimeProvider.System), options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<AlertWatch>.Instance), post);
    }

    private static Task LookAsync(TestNode node) => node.Services.GetRequiredService<AlertWatch>().LookAsync(TestContext.Current.CancellationToken);

    private static async Task<string[]> RaisedAsync(TestNode node) =>
    [
        .. (await StatusTests.StatusAsync(node)).GetProperty("alerts").EnumerateArray()
            .Select(alert => $"{alert.GetProperty("kind").GetString()} {alert.GetProperty("name").GetString()} {alert.GetProperty("text").GetString()}"),
    ];

    /// <summary>Takes alerts on a real port and checks their signature.</summary>
    private sealed class Pager : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly ConcurrentQueue<string> _taken = new();
        private int _refusals;
        private int _posts;

        private Pager(WebApplication app) => _app = app;

        public string Url => _app.Urls.First() + "/alerts";

        public IReadOnlyList<string> Taken => [.. _taken];

        public int Posts => _posts;

        public static async Task<Pager> StartAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var pager = new Pager(app);
            app.Run(pager.TakeAsync);
            await app.StartAsync(TestContext.Current.CancellationToken);
            return pager;
        }

        public void Refuse(int posts) => _refusals = posts;

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task TakeAsync(HttpContext context)
        {
            Interlocked.Increment(ref _posts);
            if (Interlocked.Decrement(ref _refusals) >= 0)
            {
                context.Response.StatusCode = 503;
                return;
            }

            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body.ToArray()));
            var told = JsonDocument.Parse(body.ToArray()).RootElement;
            _taken.Enqueue(context.Request.Headers[AlertPost.SignatureHeader] == signature
                ? $"{told.GetProperty("event").GetString()} {told.GetProperty("kind").GetString()}"
                : "wrongly signed");
        }
    }
}
