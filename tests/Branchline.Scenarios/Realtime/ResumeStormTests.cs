using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Branchline.Scenarios.Realtime;

/// <summary>A crowd on a channel that tables feed, rows all the while, and a node that goes. 1,000 clients; in <c>make soak</c> 5,000.</summary>
[Trait("Kind", "soak")]
public sealed partial class ResumeStormTests(ITestOutputHelper output)
{
    private const string Channel = "private-clients";
    private const int MostReads = 40;
    private static readonly int Crowd = Environment.GetEnvironmentVariable("SOAK_MINUTES") is not null ? 5000 : 1000;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RowPause = TimeSpan.FromMilliseconds(10);

    private readonly List<string> _written = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crowd_that_comes_back_at_once_is_brought_what_it_missed_once_in_order_and_from_few_readings(bool isKilled)
    {
        var metrics = FreePort();
        using var node = await RealtimeNode.StartWithAdminAsync($"Branchline__Metrics__Url=http://127.0.0.1:{metrics}");
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", await node.AdminAsync()) } };
        var branch = await WriteAsync(node, http, "branches", id => new { id, name = "One", code = "B1" });
        using var closing = new CancellationTokenSource();
        using var rest = new CancellationTokenSource();
        var writing = WriteClientsAsync(node, http, branch, rest.Token);
        ReturningClient[] crowd = [.. Enumerable.Range(0, Crowd).Select(_ => new ReturningClient(node, Channel))];

        var first = Task.WhenAll(crowd.Select(client => client.LiveOnceAsync(closing.Token)));
        await AllThereAsync(crowd, "came");
        await (isKilled ? Killed(node) : node.StopAsync());
        await first;
        var before = _written.Count;
        await node.ComeBackAsync();
        await UntilAsync(() => _written.Count > before + 100, "rows were written while nobody was there");
        var second = Task.WhenAll(crowd.Select(client => client.LiveOnceAsync(closing.Token)));
        await AllThereAsync(crowd, "were back");
        var reads = await ReadsAsync(metrics);
        await rest.CancelAsync();
        await writing;
        await UntilAsync(() => crowd.All(client => client.Heard.LastOrDefault() == _written[^1]), "everybody heard of the last row");
        await closing.CancelAsync();
        await second;

        output.WriteLine($"{_written.Count} rows, {reads} readings of the feed");
        Assert.All(crowd, client =>
        {
            Assert.Equal([true], client.Recovered);
            Assert.Equal(_written[_written.IndexOf(client.Heard[0])..], client.Heard);
        });
        Assert.InRange(reads, 1, MostReads);
    }

    private static Task Killed(RealtimeNode node)
    {
        node.Kill();
        return Task.CompletedTask;
    }

    /// <summary>One after the other, each until it is answered: their order is that of the commits.</summary>
    private async Task WriteClientsAsync(RealtimeNode node, HttpClient http, string branch, CancellationToken rest)
    {
        while (!rest.IsCancellationRequested)
        {
            var id = await WriteAsync(node, http, "clients", id => new { id, name = "Ada", branch_id = branch });
            lock (_written)
            {
                _written.Add(id);
            }

            await Task.Delay(RowPause, TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task<string> WriteAsync(RealtimeNode node, HttpClient http, string table, Func<Guid, object> row)
    {
        var id = Shop.Ids.Next();
        while (true)
        {
            try
            {
                var address = node.Address ?? throw new HttpRequestException("The node is away");
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/api/{table}")) { Content = JsonContent.Create(row(id)) };
                request.Headers.Add("Idempotency-Key", $"{id}");
                using var answer = await http.SendAsync(request);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    answer.EnsureSuccessStatusCode();
                    return $"{id}";
                }
            }
            catch (HttpRequestException away) when (away.StatusCode is null)
            {
            }

            await Task.Delay(Moment, TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task AllThereAsync(ReturningClient[] crowd, string what)
    {
        var since = TimeProvider.System.GetTimestamp();
        await UntilAsync(() => crowd.All(client => client.IsThere), $"all {what}");
        var seconds = TimeProvider.System.GetElapsedTime(since).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        output.WriteLine($"{crowd.Length} clients {what} within {seconds} s");
    }

    private static async Task<int> ReadsAsync(int port)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
        return int.Parse(Reads().Match(text).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task UntilAsync(Func<bool> isSo, string what)
    {
        using var limit = new CancellationTokenSource(RawClient.Patience);
        while (!isSo())
        {
            Assert.False(limit.IsCancellationRequested, $"It was never so: {what}");
            await Task.Delay(Moment, TimeProvider.System, CancellationToken.None);
        }
    }

    [GeneratedRegex(@"^branchline_missed_reads_total\S* (\d+)", RegexOptions.Multiline)]
    private static partial Regex Reads();
}
