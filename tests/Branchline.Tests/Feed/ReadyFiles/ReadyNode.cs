using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed.ReadyFiles;
using Branchline.Server.Mutations;
using Branchline.Server.Schema;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Feed.ReadyFiles;

/// <summary>A node whose tables are everyone's, a branch's, a person's and for administrators only, and a clock that the test moves.</summary>
internal sealed class ReadyNode(TestNode node, TestClock clock) : IAsyncDisposable
{
    private const string Schema = """
        feature: ready
        tables:
          items:
            scope: everyone
            fields:
              name:   { type: text, required: true }
              note:   { type: text }
              price:  { type: money }
              weight: { type: decimal, scale: 3 }
              count:  { type: integer }
              open:   { type: boolean }
              tags:   { type: json }
              day:    { type: date }
            access: { create: [manager], update: [manager], delete: [manager] }
          notes:
            scope: { branch: branch_id }
            fields:
              branch_id: { type: text, required: true }
              text:      { type: text }
            access: { create: [manager], update: [manager], delete: [manager] }
          secrets:
            scope: { branch: branch_id }
            fields:
              branch_id: { type: text, required: true }
              text:      { type: text }
            access: { read: [manager], create: [manager], update: [manager], delete: [manager] }
          tasks:
            scope: { user: user_id }
            fields:
              user_id: { type: text, required: true }
              text:    { type: text }
            access: { read: [releasing], create: [manager], update: [manager], delete: [manager] }
        """;

    public TestNode Node => node;

    public TestClock Clock => clock;

    public string North { get; } = NewId.Next().ToString();

    public string South { get; } = NewId.Next().ToString();

    public string Folder => Path.Combine(node.Directory, "ready");

    public ReadyFileShelf Shelf => node.Services.GetRequiredService<ReadyFileShelf>();

    public static async Task<ReadyNode> StartAsync(params (string Name, string Value)[] settings)
    {
        var clock = new TestClock();
        return new ReadyNode(
            await TestNode.StartAsync(new TestSettings
            {
                Schema = SchemaSource.FromFiles(new Dictionary<string, string> { ["ready.yaml"] = Schema }),
                Rules = [],
                Time = clock,
                Values = settings.ToDictionary(one => "Branchline:Feed:" + one.Name, one => (string?)one.Value),
            }),
            clock);
    }

    /// <summary>Files on the disk, by name.</summary>
    public string[] Files() => Directory.Exists(Folder) ? [.. Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Order()] : [];

    public ReadyFileReader Reader(string role, params string[] branches) =>
        node.Services.GetRequiredService<ReadyFileMaker>().ReaderOf(["everyone", .. branches.Select(id => "branch:" + id)], role);

    public async Task WriteAsync(params RowWrite[] writes)
    {
        var device = new DeviceId("node");
        var stamp = node.Services.GetRequiredService<NodeClock>().Next(device);
        Assert.IsType<MutationOutcome.Applied>(await node.Node.Mutations.ApplyAsync(
            new Mutation(device, 0, NewId.Next(), stamp, null, writes), Writer.Node, ApplyOptions.Default, CancellationToken.None));
    }

    public async Task<Guid> AddAsync(string table, string text, string? owner = null)
    {
        var id = NewId.Next();
        await WriteAsync(table switch
        {
            "items" => Write.Insert(table, id, ("name", FieldValue.Of(text))),
            "tasks" => Write.Insert(table, id, ("user_id", FieldValue.Of(owner)), ("text", FieldValue.Of(text))),
            _ => Write.Insert(table, id, ("branch_id", FieldValue.Of(owner)), ("text", FieldValue.Of(text))),
        });
        return id;
    }

    /// <summary>Asks as somebody of the role in the branches.</summary>
    public static Task<HttpResponseMessage> AskAsync(HttpClient person, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/sync/database");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return person.SendAsync(request);
    }

    public static async Task<ReadyCopy> TakeAsync(HttpClient person, params (string Name, string Value)[] headers)
    {
        using var answer = await AskAsync(person, headers);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return ReadyCopy.Of(await answer.Content.ReadAsByteArrayAsync());
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();
}

/// <summary>What a ready file holds, read with nothing but SQLite.</summary>
internal sealed record ReadyCopy(IReadOnlyDictionary<string, ReadyScope> Scopes, IReadOnlyDictionary<string, string> About, IReadOnlyDictionary<ReadyRow, string> Rows)
{
    public string[] Names => [.. Rows.Keys.Select(row => row.Table).Distinct().Order()];

    public string[] Texts(string table, string field = "text") =>
        [.. Rows.Where(row => row.Key.Table == table).Select(row => JsonDocument.Parse(row.Value).RootElement.GetProperty(field).GetString()!).Order()];

    public static byte[] Unpacked(byte[] bytes)
    {
        using var from = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var to = new MemoryStream();
        from.CopyTo(to);
        return to.ToArray();
    }

    public static ReadyCopy Of(byte[] bytes)
    {
        using var directory = new TempDirectory();
        File.WriteAllBytes(directory.DatabaseFile, bytes);
        using var database = directory.OpenDatabase();
        Assert.Equal("ok", database.Scalar("PRAGMA integrity_check"));
        Assert.Equal(ReadyFileFormat.ApplicationId.ToString(CultureInfo.InvariantCulture), database.Scalar("PRAGMA application_id"));
        Assert.Equal("1", database.Scalar("PRAGMA user_version"));
        var scopes = Read(database, "SELECT name, cursor, checksum, rows FROM scopes", row => (row.Text(0), new ReadyScope(row.Text(1), row.Text(2), row.Integer(3))));
        var rows = Read(
            database, "SELECT scopes.name, tables.name, id, fields FROM rows JOIN scopes ON scopes.no = scope JOIN tables ON tables.no = tbl",
            row => (new ReadyRow(row.Text(0), row.Text(1), new Guid(row.Utf8(2), bigEndian: true)), row.Text(3)));
        Assert.Equal(scopes.Values.Sum(scope => scope.Rows), rows.Count);
        return new ReadyCopy(scopes, Read(database, "SELECT name, value FROM about", row => (row.Text(0), row.Text(1))), rows);
    }

    private static Dictionary<TKey, TValue> Read<TKey, TValue>(Database database, string sql, Func<Statement, (TKey, TValue)> read)
        where TKey : notnull
    {
        using var statement = database.PrepareOnce(sql);
        var found = new Dictionary<TKey, TValue>();
        while (statement.Step())
        {
            var (key, value) = read(statement);
            found.Add(key, value);
        }

        return found;
    }
}

internal sealed record ReadyScope(string Cursor, string Checksum, long Rows);

internal readonly record struct ReadyRow(string Scope, string Table, Guid Id);
