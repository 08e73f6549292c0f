using System.Net;
using System.Net.Http.Json;
using Branchline.Protocol;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Feed.Snapshots;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Feed;

public sealed class SnapshotTests : IAsyncLifetime
{
    private const string Path = "/sync/snapshot?scope=everyone&limit=2";

    private readonly TestClock _clock = new();
    private TestNode _node = null!;
    private TestDevice _manager = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync(new TestSettings { Time = _clock, Rules = [] });
        _manager = new TestDevice(_node.SignedIn("manager"), "till-1");
        for (var number = 0; number < 5; number++)
        {
            await AddAsync($"Product {number}");
        }
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Fifty_readers_at_once_cost_one_reading_of_the_tables()
    {
        var before = Reader.Reads;

        var chunks = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ReadAllAsync()));

        Assert.Single(chunks.Select(all => string.Join('\n', all)).Distinct());
        Assert.Equal(3, chunks[0].Count);
        Assert.Equal(3, Reader.Reads - before);
    }

    [Fact]
    public async Task Who_begins_while_others_are_on_their_way_begins_where_they_did_and_reads_on_from_there()
    {
        var first = await ReadAsync(Path);
        await AddAsync("Later");
        var second = await ReadAsync(Path);

        Assert.Equal(first.Cursor, second.Cursor);
        var page = Assert.Single((await _manager.PullAsync(new Dictionary<string, Cursor?> { ["everyone"] = second.Cursor })).Pages);
        Assert.Equal("Later", Assert.Single(page.Changes!).Fields!["name"].AsText);
    }

    [Fact]
    public async Task After_a_while_and_for_who_asks_for_it_a_snapshot_begins_anew()
    {
        var first = await ReadAsync(Path);
        await AddAsync("Later");
        Assert.NotEqual(first.Cursor, (await _manager.SnapshotAsync("everyone")).Cursor);

        _clock.Advance(TimeSpan.FromMinutes(1));
        await AddAsync("Later still");
        Assert.True((await ReadAsync(Path)).Cursor.Seq > first.Cursor.Seq + 1);
    }

    [Fact]
    public async Task A_chunk_that_was_read_half_is_asked_for_again_and_is_the_same()
    {
        var next = (await ReadAsync(Path)).Next;
        using var whole = await GetAsync($"{Path}&after={next}");
        await _manager.ApplyAsync(Write.Insert("products", NewId.Next(), ("name", FieldValue.Of("Between")), ("price", FieldValue.Of(1))));
        var bytes = await whole.Content.ReadAsByteArrayAsync();

        using var again = await GetAsync($"{Path}&after={next}", ("If-None-Match", whole.Headers.ETag!.ToString()));
        using var rest = await GetAsync($"{Path}&after={next}", ("Range", "bytes=10-"), ("If-Range", whole.Headers.ETag!.ToString()));

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(bytes[10..], await rest.Content.ReadAsByteArrayAsync());
        Assert.Equal("max-age=3600, private, immutable, no-transform", string.Join(", ", whole.Headers.CacheControl!.ToString().Split(", ").OrderBy(word => word[0] switch { 'm' => 0, 'p' => 1, 'i' => 2, _ => 3 })));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task A_chunk_is_compressed_once_for_everybody_who_takes_it_so(string encoding)
    {
        using var plain = await GetAsync(Path);
        using var packed = await GetAsync(Path, ("Accept-Encoding", encoding));

        Assert.Equal([encoding], packed.Content.Headers.ContentEncoding);
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
        await using var packedStream = await packed.Content.ReadAsStreamAsync();
        using var unpacked = new MemoryStream();
        await using (Stream stream = encoding == "br"
            ? new System.IO.Compression.BrotliStream(packedStream, System.IO.Compression.CompressionMode.Decompress)
            : new System.IO.Compression.GZipStream(packedStream, System.IO.Compression.CompressionMode.Decompress))
        {
            await stream.CopyToAsync(unpacked);
        }

        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(), unpacked.ToArray());
    }

    [Fact]
    public async Task A_snapshot_on_its_way_holds_the_log_and_lets_go_in_the_end()
    {
        var first = await ReadAsync(Path);
        Assert.Contains(await HoldersAsync(), holder => holder.Name == "snapshot:everyone" && holder.Seq == first.Cursor.Seq);

        _clock.Advance(TimeSpan.FromMinutes(50));
        await ReadAsync($"{Path}&after={first.Next}");
        _clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Contains(await HoldersAsync(), holder => holder.Name == "snapshot:everyone");

        _clock.Advance(TimeSpan.FromMinutes(61));
        await ReadAsync($"{Path}&after={first.Next}");
        Assert.DoesNotContain(await HoldersAsync(), holder => holder.Name == "snapshot:everyone");
    }

    [Theory]
    [InlineData("1-0-0")]
    [InlineData("1-0-0-deadbeef")]
    [InlineData("a-b-c-d")]
    public async Task A_token_that_this_reader_was_not_given_goes_on_nowhere(string token)
    {
        using var response = await GetAsync($"{Path}&after={token}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("cursor_invalid", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_of_chunks_is_bounded_and_what_was_asked_for_last_stays()
    {
        var shelf = new ShelvedChunks(mostBytes: 250);
        var made = new List<string>();
        Task<ShelvedChunk> GetAsync(string name) => shelf.GetAsync(
            name,
            () =>
            {
                made.Add(name);
                return Task.FromResult(new ShelvedChunk(new byte[100], name));
            },
            TestContext.Current.CancellationToken);

        foreach (var name in (string[])["a", "b", "a", "c", "a", "b"])
        {
            await GetAsync(name);
        }

        Assert.Equal(["a", "b", "c", "b"], made);
    }

    [Fact]
    public async Task A_reading_that_failed_is_tried_again_by_the_next_who_asks()
    {
        var shelf = new ShelvedChunks(mostBytes: 1000);
        await Assert.ThrowsAsync<IOException>(() => shelf.GetAsync("a", () => Task.FromException<ShelvedChunk>(new IOException()), CancellationToken.None));

        var chunk = await shelf.GetAsync("a", () => Task.FromResult(new ShelvedChunk(new byte[3], "b")), CancellationToken.None);

        Assert.Equal(3, chunk.Json.Length);
    }

    private SnapshotReader Reader => _node.Services.GetRequiredService<SnapshotReader>();

    private Task<IReadOnlyList<FloorHolder>> HoldersAsync() => _node.Services.GetRequiredService<FeedFloor>().ListAsync(CancellationToken.None);

    private Task<MutationOutcome.Applied> AddAsync(string name) =>
        _manager.ApplyAsync(Write.Insert("products", NewId.Next(), ("name", FieldValue.Of(name)), ("price", FieldValue.Of(100))));

    private async Task<List<string>> ReadAllAsync()
    {
        var chunks = new List<string>();
        using var client = _node.SignedIn("cashier");
        for (var next = ""; next is not null;)
        {
            var text = await client.GetStringAsync(Path + (next.Length == 0 ? "" : $"&after={next}"));
            chunks.Add(text);
            next = System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("next").GetString();
        }

        return chunks;
    }

    private async Task<SnapshotChunk> ReadAsync(string path)
    {
        using var response = await GetAsync(path);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ProtocolJson.Default.SnapshotChunk))!;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var client = _node.SignedIn("manager");
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }
}
