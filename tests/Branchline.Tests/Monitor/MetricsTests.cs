using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Branchline.Tests.Gateway;

namespace Branchline.Tests.Monitor;

public sealed class MetricsTests
{
    [Fact]
    public async Task Figures_are_served_as_text_on_a_listener_of_their_own_and_on_no_public_port()
    {
        var url = FreeUrl();
        await using var node = await StartAsync(url);
        using var admin = node.SignedIn("admin");
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("room");
        using var said = await admin.PostAsJsonAsync("/api/realtime/publish", new { channel = "room", name = "said", data = "x" }, TestContext.Current.CancellationToken);
        Assert.Single(await client.HeardAsync());
        using var made = await admin.PostAsJsonAsync("/api/categories", new { name = "Tea" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var text = await ReadAsync(url);

        Assert.Equal(1, Value(text, """branchline_realtime_connections{app="branchline"}"""));
        Assert.Equal(1, Value(text, """branchline_realtime_messages_total{app="branchline"}"""));
        Assert.Equal(1, Value(text, """branchline_realtime_deliveries_total{app="branchline"}"""));
        Assert.Equal(1, Value(text, "branchline_commit_mutations_total"));
        Assert.Equal(1, Value(text, """branchline_commit_duration_seconds_bucket{le="+Inf"}"""));
        Assert.Equal(0, Value(text, "branchline_commit_queue_length"));
        Assert.True(Value(text, "dotnet_process_memory_working_set_bytes") > 0);
        using var outside = await admin.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
    }

    [Fact]
    public async Task The_listener_serves_nothing_but_the_figures_and_answers_to_its_own_name_only()
    {
        var url = FreeUrl();
        await using var node = await StartAsync(url);
        using var http = new HttpClient();
        foreach (var (path, host) in new[] { ("/", null), ("/api/clients", null), ("/health", null), ("/metrics", "evil.example") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url + path);
            request.Headers.Host = host;
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.False(answer.IsSuccessStatusCode, $"{path} at {host}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task A_client_that_has_gone_is_counted_no_longer_and_two_nodes_count_for_themselves()
    {
        var (url, otherUrl) = (FreeUrl(), FreeUrl());
        await using var node = await StartAsync(url);
        await using var other = await StartAsync(otherUrl);
        using (await PusherClient.ConnectAsync(node))
        {
            Assert.Equal(1, Value(await ReadAsync(url), """branchline_realtime_connections{app="branchline"}"""));
            Assert.Equal(0, Value(await ReadAsync(otherUrl), """branchline_realtime_connections{app="branchline"}"""));
        }

        await Eventually.AsTrueAsync(
            async () => Value(await ReadAsync(url), """branchline_realtime_connections{app="branchline"}""") == 0, "It is still counted");
    }

    [Fact]
    public async Task A_node_whose_port_for_figures_is_taken_works_all_the_same()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var node = await StartAsync($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        using var http = node.Anonymous();

        Assert.Contains("ok", await http.GetStringAsync("/health", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_variable_of_OpenTelemetry_the_figures_go_to_a_collector()
    {
        var url = FreeUrl();
        using var collector = new HttpListener { Prefixes = { url + "/" } };
        collector.Start();
        await using var node = await TestNode.StartAsync(new TestSettings
        {
            Values =
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = url,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            },
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        // A busy machine exports for the first time before every part of the node has its figures.
        while (!(await ReceiveAsync(collector, limit.Token)).Contains("branchline.sockets", StringComparison.Ordinal))
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<string> ReceiveAsync(HttpListener collector, CancellationToken cancellationToken)
    {
        var call = await collector.GetContextAsync().WaitAsync(cancellationToken);
        using var body = new StreamReader(call.Request.InputStream);
        var told = await body.ReadToEndAsync(cancellationToken);
        call.Response.Close();
        Assert.Equal("/v1/metrics", call.Request.Url!.AbsolutePath);
        return told;
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("https://127.0.0.1:9601")]
    [InlineData("http://127.0.0.1:9601/figures")]
    public async Task An_address_that_cannot_be_served_is_refused_at_start(string url) =>
        await Assert.ThrowsAsync<Branchline.Server.StartRefusedException>(() => StartAsync(url));

    private static Task<TestNode> StartAsync(string url) =>
        TestNode.StartAsync(new TestSettings { Values = { ["Branchline:Metrics:Url"] = url } });

    private static async Task<string> ReadAsync(string url)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(url + "/metrics", TestContext.Current.CancellationToken);
    }

    private static double Value(string text, string series) =>
        double.Parse(Regex.Match(text, $"^{Regex.Escape(series)} (.+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);

    private static string FreeUrl()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }
}
