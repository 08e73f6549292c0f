using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Snapshots;
using Branchline.Server.Mutations;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;
using Branchline.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Branchline.Tests.Simulation;

/// <summary>Somebody who works in the shop: what they may see may change while they work.</summary>
internal sealed class SimPerson(string id, string role)
{
    public string Id => id;

    public string Role => role;

    public List<string> Scopes { get; } = ["everyone", $"user:{id}"];

    public Writer ToWriter() => new(id, role, [.. Scopes]);
}

/// <summary>
/// A node without its sockets: the real store on a real file, the real pipeline, feed and snapshots, driven one step at a time. What comes and
/// goes are the wire's bytes.
/// </summary>
internal sealed class SimNode : IDisposable
{
    private static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-sim-").FullName;
    private readonly World _world;
    private Running? _running;

    public SimNode(World world, BusinessSchema schema)
    {
        (_world, Clock) = (world, new WallClock(world));
        Start(schema);
    }

    public WallClock Clock { get; }

    public Plant Plant { get; init; }

    public bool IsUp => _running is not null;

    public BusinessSchema Schema => _running!.Store.Schema;

    public SqliteStore Store => _running!.Store;

    public string Epoch => Store.Epoch;

    public string File => Path.Combine(_directory, "branchline.db");

    public void Start(BusinessSchema schema) => _running = new Running(File, schema, new SeededIds(_world, Clock), Clock);

    /// <summary>The process ends without a word. What was committed is on the disk; nothing else is.</summary>
    public void Crash()
    {
        _running?.Dispose();
        _running = null;
    }

    /// <summary>A copy as a backup takes it.</summary>
    public string BackUp()
    {
        var copy = Path.Combine(_directory, $"backup-{_world.Now}.db");
        using var database = Database.Open(File, readOnly: false);
        using var into = database.PrepareOnce("VACUUM INTO ?1");
        into.Bind(1, copy).Run();
        return copy;
    }

    /// <summary>Puts a backup in the place of the database, while the node is down.</summary>
    public void Restore(string copy)
    {
        foreach (var rest in new[] { File, File + "-wal", File + "-shm" })
        {
            System.IO.File.Delete(rest);
        }

        System.IO.File.Copy(copy, File);
    }

    /// <summary>From here on the disk takes so many pages more; null: as many as it likes.</summary>
    public void LimitDisk(int? pages)
    {
        var used = long.Parse(Store.Writer.Scalar("PRAGMA page_count")!, System.Globalization.CultureInfo.InvariantCulture);
        Store.Writer.Execute($"PRAGMA max_page_count = {(pages is { } more ? used + more : 1_000_000)}");
    }

    /// <summary>Null when the node cannot write at the moment.</summary>
    public async ValueTask<PushAnswer?> PushAsync(byte[] request, SimPerson person)
    {
        var push = Planted(JsonSerializer.Deserialize(request, ProtocolJson.Default.PushRequest)!);
        var before = Plant == Plant.AnswerBeforeCommit && _world.Chance(0.05) ? BackUp() : null;
        var answer = _running!.Pipeline.PushAsync(push, person.ToWriter(), CancellationToken.None);
        _running.Step();
        try
        {
            var done = await answer;
            if (before is not null)
            {
                var schema = Schema;
                Crash();
                Restore(before);
                Start(schema);
            }

            return done with { Outcomes = [.. done.Outcomes.Select(ByWire)] };
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    public bool Has(string table, Guid id) => Store.Writer.Scalar($"SELECT 1 FROM \"{table}\" WHERE id = '{id}' AND _deleted IS NULL") is not null;

    /// <summary>Every row of a scope as the node holds it.</summary>
    public async ValueTask<Dictionary<(string Table, Guid Id), Fields>> RowsAsync(string scope)
    {
        var body = new ArrayBufferWriter<byte>();
        await _running!.Snapshots.WriteChunkAsync(
            new SnapshotRequest(scope, new SnapshotToken(0, 0, 0, ""), int.MaxValue, "admin"), body, CancellationToken.None);
        return (from part in JsonSerializer.Deserialize(body.WrittenSpan, ProtocolJson.Default.SnapshotChunk)!.Parts
                from row in part.Rows
                select (
                    Key: (part.Table, Guid.Parse(row[0].AsText!, System.Globalization.CultureInfo.InvariantCulture)),
                    Fields: new Fields(part.Columns.Zip(row, KeyValuePair.Create).Skip(1))))
            .ToDictionary(row => row.Key, row => row.Fields);
    }

    public async ValueTask<FeedPage> PullAsync(string scope, Cursor? cursor, int limit, SimPerson person)
    {
        if (!person.Scopes.Contains(scope))
        {
            return new FeedPage(scope) { Revoked = true };
        }

        var body = new ArrayBufferWriter<byte>();
        await _running!.Reader.WritePageAsync(new PageRequest(scope, cursor, limit, person.Role), body, "{", CancellationToken.None);
        return JsonSerializer.Deserialize(body.WrittenSpan, ProtocolJson.Default.FeedPage)!;
    }

    /// <summary>The last number that the node has from a device, as it tells with every pull.</summary>
    public ValueTask<long> LastNumberAsync(DeviceId device) => new DeviceNumbers(Store).LastNumberAsync(device, CancellationToken.None);

    /// <summary>Null when the person does not hold the scope.</summary>
    public async ValueTask<SnapshotChunk?> SnapshotAsync(string scope, string? after, int limit, SimPerson person)
    {
        if (!person.Scopes.Contains(scope))
        {
            return null;
        }

        var token = _running!.Shelf.Begin(scope, person.Role, isFresh: _world.Chance(0.5));
        if (after is not null && (!SnapshotToken.TryParse(after, out token) || !_running.Shelf.CanGoOn(scope, person.Role, token)))
        {
            return null;
        }

        var chunk = await _running.Shelf.GetAsync(new SnapshotRequest(scope, token, limit, person.Role), CancellationToken.None);
        return JsonSerializer.Deserialize(chunk.Json.Span, ProtocolJson.Default.SnapshotChunk)!;
    }

    public void Dispose()
    {
        Crash();
        Directory.Delete(_directory, recursive: true);
    }

    private PushRequest Planted(PushRequest push) => Plant != Plant.CountByArrival ? push : push with
    {
        Mutations = [.. push.Mutations.Select(mutation => mutation.Writes.Any(write => write.Fields.GetValueOrDefault("kind").AsText == "count")
            ? mutation with { At = mutation.At with { Milliseconds = Clock.GetUtcNow().ToUnixTimeMilliseconds() } }
            : mutation)],
    };

    private static MutationOutcome ByWire(MutationOutcome outcome) => JsonSerializer.Deserialize(
        JsonSerializer.SerializeToUtf8Bytes(outcome, ProtocolJson.Default.MutationOutcome), ProtocolJson.Default.MutationOutcome)!;

    /// <summary>One life of the process: the stages as they are wired, without the loops that the host would start.</summary>
    private sealed class Running : IDisposable
    {
        private readonly ServiceProvider _services;
        private readonly CommitLoop _loop;

        public Running(string file, BusinessSchema schema, IdSource ids, TimeProvider time)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Services.AddSingleton(_ => SqliteStore.Open(file, schema, ids, time));
            builder.Services.AddSingleton(schema).AddSingleton(ids).AddSingleton(time).AddSingleton(new NodeOptions());
            builder.Services.AddSingleton(Meters).AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
            builder.AddFeed();
            builder.AddMutations([]);
            _services = builder.Services.BuildServiceProvider();
            _loop = _services.GetRequiredService<CommitLoop>();
            _loop.Open();
        }

        public SqliteStore Store => Get<SqliteStore>();

        public FeedReader Reader => Get<FeedReader>();

        public SnapshotReader Snapshots => Get<SnapshotReader>();

        public SnapshotShelf Shelf => Get<SnapshotShelf>();

        public MutationPipeline Pipeline => Get<MutationPipeline>();

        /// <summary>What the loop does when something waits, without its thread.</summary>
        public void Step()
        {
            _loop.Commit(Get<WriteQueue>().Take(CancellationToken.None));
            while (Get<ChangeFeed>().Batches.TryRead(out _))
            {
            }
        }

        public void Dispose() => _services.Dispose();

        private T Get<T>()
            where T : notnull => _services.GetRequiredService<T>();
    }
}
