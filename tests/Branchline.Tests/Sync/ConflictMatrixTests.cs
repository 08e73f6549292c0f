using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Tests.Sync;

/// <summary>
/// Dotmim.Sync's conflicts and errors by their names: I insert, U update, D delete, C on the client, S on the server, NULL where it never was.
/// What "server wins" and "client wins" are there is here whose stamp is later. See docs/reference/scenarios.md.
/// </summary>
public sealed class ConflictMatrixTests : IAsyncLifetime
{
    private const long Noon = 1_790_000_000_000;
    private readonly Guid _row = NewId.Next();
    private TestNode _node = null!;
    private TestDevice _client = null!;
    private TestDevice _server = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        (_client, _server) = (new TestDevice(_node.SignedIn("manager"), "client"), new TestDevice(_node.SignedIn("manager"), "server"));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conflict_IC_IS(bool isClientLater)
    {
        await ServerAsync(Made("server"));
        await ClientAsync(Made("client"), isClientLater);
        await HasAsync(isClientLater ? "client" : "server");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conflict_UC_US(bool isClientLater)
    {
        await BothKnowAsync();
        await ServerAsync(Named("server"));
        await ClientAsync(Named("client"), isClientLater);
        await HasAsync(isClientLater ? "client" : "server");
    }

    [Fact]
    public async Task Conflict_UC_US_Resolved_ByMerge()
    {
        await BothKnowAsync();
        await ServerAsync(Named("server"));
        await ClientAsync(Write.Update("categories", _row, ("color", FieldValue.Of("red"))), isLater: false);

        await HasAsync("server");
        Assert.Equal("red", (await _server.RowAsync("everyone", "categories", _row))!["color"].AsText);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conflict_DC_US(bool isClientLater)
    {
        await BothKnowAsync();
        await ServerAsync(Named("server"));
        await ClientAsync(Write.Delete("categories", _row), isClientLater);
        await HasAsync(null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conflict_UC_DS(bool isClientLater)
    {
        await BothKnowAsync();
        await ServerAsync(Write.Delete("categories", _row));

        var outcome = await ClientAsync(Named("client"), isClientLater);

        Assert.Equal(ErrorCodes.RowDeleted, Assert.IsType<MutationOutcome.Rejected>(outcome).Code);
        await HasAsync(null);
    }

    [Fact]
    public async Task Conflict_DC_DS()
    {
        await BothKnowAsync();
        await ServerAsync(Write.Delete("categories", _row));

        Assert.IsType<MutationOutcome.Applied>(await ClientAsync(Write.Delete("categories", _row), isLater: true));

        await HasAsync(null);
        Assert.Single(await _server.ChangesAsync("everyone"), change => change.Kind == ChangeKind.Delete);
    }

    [Fact]
    public async Task Conflict_DC_NULLS()
    {
        var outcome = await ClientAsync(Write.Delete("categories", _row), isLater: true);

        Assert.Equal(ErrorCodes.RowMissing, Assert.IsType<MutationOutcome.Rejected>(outcome).Code);
    }

    [Fact]
    public async Task Conflict_NULLC_DS()
    {
        await ServerAsync(Made("server"));
        var cursor = (await _client.SnapshotAsync("everyone")).Cursor;
        await ServerAsync(Write.Delete("categories", _row));

        // Whoever begins after it never hears of the row; whoever began before hears that it is gone.
        Assert.Null(await _client.RowAsync("everyone", "categories", _row));
        var page = Assert.Single((await _client.PullAsync(new Dictionary<string, Cursor?> { ["everyone"] = cursor })).Pages);
        Assert.Equal(ChangeKind.Delete, Assert.Single(page.Changes!).Kind);
    }

    [Fact]
    public async Task ErrorUniqueKeyOnSameTable_ContinueOnError()
    {
        await ServerAsync(Made("Grain"));
        var (clash, next) = (NewId.Next(), NewId.Next());

        // Neither knew of the other: both are kept, and somebody is told. What stands behind goes on.
        var outcomes = (await _client.SendAsync(
            _client.Mutation(Write.Insert("categories", clash, ("name", FieldValue.Of("Grain")))),
            _client.Mutation(Write.Insert("categories", next, ("name", FieldValue.Of("Oil")))))).Outcomes;

        Assert.All(outcomes, outcome => Assert.IsType<MutationOutcome.Applied>(outcome));
        using var admin = _node.SignedIn("admin");
        var flags = await admin.GetFromJsonAsync<JsonElement>("/api/flags", TestContext.Current.CancellationToken);
        Assert.Contains(ErrorCodes.UniqueClash, flags.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ErrorForeignKeyOnSameTable_RetryOnNextSync()
    {
        var (parent, child, next) = (NewId.Next(), NewId.Next(), NewId.Next());
        var outcomes = (await _client.SendAsync(
            _client.Mutation(Write.Insert("categories", child, ("name", FieldValue.Of("Rice")), ("parent_id", FieldValue.Of(parent.ToString())))),
            _client.Mutation(Write.Insert("categories", next, ("name", FieldValue.Of("Oil")))))).Outcomes;
        Assert.Equal(ErrorCodes.BrokenReference, Assert.IsType<MutationOutcome.Rejected>(outcomes[0]).Code);
        Assert.IsType<MutationOutcome.Applied>(outcomes[1]);
        await ServerAsync(Write.Insert("categories", parent, ("name", FieldValue.Of("Grain"))));

        using var admin = _node.SignedIn("admin");
        using var answer = await admin.PostAsync("/api/tray/1/resend", null, TestContext.Current.CancellationToken);

        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal(parent.ToString(), (await _client.RowAsync("everyone", "categories", child))!["parent_id"].AsText);
    }

    private async Task BothKnowAsync()
    {
        await _server.SendAsync(_server.Mutation(Made("both")) with { At = _server.Stamp(Noon - 1000) });
        _client.Base = (await _client.SnapshotAsync("everyone")).Cursor;
    }

    private async Task ServerAsync(RowWrite write) =>
        Assert.IsType<MutationOutcome.Applied>(Assert.Single((await _server.SendAsync(_server.Mutation(write) with { At = _server.Stamp(Noon) })).Outcomes));

    /// <summary>Sent after the server's write, made before or after it.</summary>
    private async Task<MutationOutcome> ClientAsync(RowWrite write, bool isLater) =>
        Assert.Single((await _client.SendAsync(_client.Mutation(write) with { At = _client.Stamp(Noon + (isLater ? 500 : -500)) })).Outcomes);

    private async Task HasAsync(string? name) =>
        Assert.Equal(name, (await _server.RowAsync("everyone", "categories", _row))?["name"].AsText);

    private RowWrite Made(string name) => Write.Insert("categories", _row, ("name", FieldValue.Of(name)));

    private RowWrite Named(string name) => Write.Update("categories", _row, ("name", FieldValue.Of(name)));
}
