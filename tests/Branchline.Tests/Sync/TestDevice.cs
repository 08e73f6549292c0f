using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Tests.Sync;

/// <summary>A device that speaks the sync protocol over HTTP and keeps its numbers right, unless a test says otherwise.</summary>
internal sealed class TestDevice(HttpClient client, string name)
{
    private long _clock = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public DeviceId Id { get; } = new(name);

    public long N { get; set; }

    public string? Incarnation { get; set; }

    public Cursor? Base { get; set; }

    /// <summary>The next stamp of this device; tests set the clock to be early or late.</summary>
    public Stamp Stamp(long? milliseconds = null) => new(milliseconds ?? ++_clock, 0, Id);

    public Mutation Mutation(params RowWrite[] writes) =>
        new(Id, ++N, NewId.Next(), Stamp(), Base, writes);

    public Task<PushReply> PushAsync(params RowWrite[] writes) => SendAsync(Mutation(writes));

    /// <summary>Pushes and insists that it was applied.</summary>
    public async Task<MutationOutcome.Applied> ApplyAsync(params RowWrite[] writes) =>
        Assert.IsType<MutationOutcome.Applied>(Assert.Single((await PushAsync(writes)).Outcomes));

    /// <summary>Pushes and insists that it was rejected.</summary>
    public async Task<MutationOutcome.Rejected> RejectAsync(params RowWrite[] writes) =>
        Assert.IsType<MutationOutcome.Rejected>(Assert.Single((await PushAsync(writes)).Outcomes));

    public async Task<PushReply> SendAsync(params Mutation[] mutations)
    {
        using var response = await TrySendAsync(mutations);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var reply = (await response.Content.ReadFromJsonAsync(ProtocolJson.Default.PushReply))!;
        Incarnation = reply.Incarnation;
        return reply;
    }

    /// <summary>Asks what would become of these; the device's numbers are its own to put right.</summary>
    public async Task<PushReply> RehearseAsync(params Mutation[] mutations)
    {
        using var response = await TryRehearseAsync("1", mutations);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ProtocolJson.Default.PushReply))!;
    }

    public Task<HttpResponseMessage> TryRehearseAsync(string dryRun, params Mutation[] mutations) =>
        client.PostAsJsonAsync("/sync/push?dryRun=" + dryRun, new PushRequest(Incarnation, mutations), ProtocolJson.Default.PushRequest);

    public Task<HttpResponseMessage> TrySendAsync(params Mutation[] mutations) =>
        client.PostAsJsonAsync("/sync/push", new PushRequest(Incarnation, mutations), ProtocolJson.Default.PushRequest);

    public async Task<PullReply> PullAsync(Dictionary<string, Cursor?> cursors, int limit = 1000)
    {
        using var response = await client.PostAsJsonAsync(
            "/sync/pull", new PullRequest(Id, cursors, limit), ProtocolJson.Default.PullRequest);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ProtocolJson.Default.PullReply))!;
    }

    /// <summary>Every change of the scope from the beginning of the log.</summary>
    public async Task<IReadOnlyList<Change>> ChangesAsync(string scope)
    {
        var epoch = (await PullAsync([])).Epoch;
        var reply = await PullAsync(new Dictionary<string, Cursor?> { [scope] = new Cursor(epoch, 0) }, 5000);
        return Assert.Single(reply.Pages).Changes!;
    }

    public async Task<SnapshotChunk> SnapshotAsync(string scope, string? after = null, int limit = 5000)
    {
        var path = $"/sync/snapshot?scope={scope}&limit={limit}" + (after is null ? "" : $"&after={after}");
        using var request = new HttpRequestMessage(HttpMethod.Get, path);

        // The rows as they stand, not as they stood when somebody else began.
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        using var response = await client.SendAsync(request);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ProtocolJson.Default.SnapshotChunk))!;
    }

    /// <summary>A whole row from the snapshot, by id.</summary>
    public async Task<IReadOnlyDictionary<string, FieldValue>?> RowAsync(string scope, string table, Guid id)
    {
        var part = (await SnapshotAsync(scope)).Parts.FirstOrDefault(part => part.Table == table);
        var row = part?.Rows.FirstOrDefault(row => row[0].AsText == id.ToString());
        return row is null ? null : part!.Columns.Zip(row).ToDictionary(pair => pair.First, pair => pair.Second);
    }
}

/// <summary>Short forms for writes.</summary>
internal static class Write
{
    public static RowWrite Insert(string table, Guid id, params (string Name, FieldValue Value)[] fields) => Of(table, id, WriteKind.Insert, fields);

    public static RowWrite Update(string table, Guid id, params (string Name, FieldValue Value)[] fields) => Of(table, id, WriteKind.Update, fields);

    public static RowWrite Delete(string table, Guid id) => Of(table, id, WriteKind.Delete, []);

    private static RowWrite Of(string table, Guid id, WriteKind kind, (string Name, FieldValue Value)[] fields) =>
        new(table, id, kind, fields.ToDictionary(field => field.Name, field => field.Value));
}
