using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Mutations;
using Branchline.Server.Schema;
using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Feed;

/// <summary>A node with one table of notes, each in the scope that its field says, and a clock that the test moves.</summary>
internal sealed class NotesNode(TestNode node, TestClock clock) : IAsyncDisposable
{
    public const string Role = "manager";

    public static readonly string[] Owners = ["north", "south", "west"];

    private const string Schema = """
        feature: notes
        tables:
          notes:
            scope: { branch: owner }
            fields:
              owner:  { type: text, required: true }
              text:   { type: text }
              count:  { type: integer }
              weight: { type: decimal, scale: 3 }
              tags:   { type: json }
            access: { create: [manager], update: [manager], delete: [manager] }
            events:
              - { channel: notes, name: note.changed, on: [insert, update, delete], fields: [id, text] }
          secrets:
            scope: { branch: owner }
            fields:
              owner: { type: text, required: true }
              text:  { type: text }
            access: { read: [admin], create: [manager], update: [manager], delete: [manager] }
        """;

    public IServiceProvider Services => node.Services;

    public TestNode Node => node;

    public TestClock Clock => clock;

    public FeedMarks Marks => Services.GetRequiredService<FeedMarks>();

    public static string Scope(string owner) => "branch:" + owner;

    public static async Task<NotesNode> StartAsync(string? directory = null, params (string Name, string Value)[] settings)
    {
        var clock = new TestClock();
        var values = new Dictionary<string, string?> { ["Branchline:Feed:Pause"] = "00:00:00", ["Branchline:Feed:BatchSize"] = "3" };
        foreach (var (name, value) in settings)
        {
            values["Branchline:Feed:" + name] = value;
        }

        return new NotesNode(
            await TestNode.StartAsync(new TestSettings
            {
                Schema = SchemaSource.FromFiles(new Dictionary<string, string> { ["notes.yaml"] = Schema }),
                Rules = [],
                Time = clock,
                Values = values,
                Directory = directory,
            }),
            clock);
    }

    public async Task<MutationOutcome> WriteAsync(params RowWrite[] writes)
    {
        var device = new DeviceId("node");
        var stamp = Services.GetRequiredService<NodeClock>().Next(device);
        return await Node.Node.Mutations.ApplyAsync(
            new Mutation(device, 0, NewId.Next(), stamp, null, writes), Writer.Node, ApplyOptions.Default, CancellationToken.None);
    }

    public async Task<Guid> AddAsync(string owner, string text, string table = "notes")
    {
        var id = NewId.Next();
        await WriteAsync(Write.Insert(table, id, ("owner", FieldValue.Of(owner)), ("text", FieldValue.Of(text))));
        return id;
    }

    public Task ChangeAsync(Guid id, string field, FieldValue value) => WriteAsync(Write.Update("notes", id, (field, value)));

    public Task DeleteAsync(Guid id) => WriteAsync(Write.Delete("notes", id));

    /// <summary>Lets what was written grow so old, and runs a round.</summary>
    public async Task CompactAsync(int days = 31)
    {
        await RoundAsync();
        clock.Advance(TimeSpan.FromDays(days));
        await RoundAsync();
    }

    public Task RoundAsync() => Services.GetRequiredService<Server.Mutations.Compaction>().RunAsync(CancellationToken.None);

    /// <summary>What a question to the database is answered with.</summary>
    public async Task<long> AskAsync(string sql)
    {
        using var lease = await Services.GetRequiredService<SqliteStore>().ReaderPool.RentAsync(CancellationToken.None);
        return lease.Database.Number(sql);
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();
}
