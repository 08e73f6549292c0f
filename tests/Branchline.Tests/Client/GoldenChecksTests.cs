using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Client;
using Branchline.Client.Replica;
using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Tests.Client;

/// <summary>
/// Replays protocol/sync/checks.json against a client with no network, whose file holds the schema, the role and the row of the case. Where
/// a case says <c>node</c>, the client brings what it was given to the form of the wire, as the node does.
/// </summary>
public sealed class GoldenChecksTests
{
    // Nobody listens here.
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    private static readonly JsonObject Golden = JsonNode.Parse(
        Repository.ReadBytes("protocol/sync/checks.json"), null, new JsonDocumentOptions { MaxDepth = 96 })!.AsObject();

    public static TheoryData<string> Names => [.. Golden["cases"]!.AsArray().Select(one => (string)one!["name"]!)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_client_judges_before_it_saves_as_the_node_and_the_browser_do(string name)
    {
        var golden = Golden["cases"]!.AsArray().Single(one => (string)one!["name"]! == name)!;
        var write = golden["write"].Deserialize(ProtocolJson.Default.RowWrite)!;
        using var directory = new TempDirectory();
        var store = new ClientStore(Path.Combine(directory.Path, "till.db"));
        await PrepareAsync(store.Path, golden, write);
        await using var client = await BranchlineClient.ConnectAsync(
            Nowhere, Credentials.Token("none"), store, ClientShop.Quick, TestContext.Current.CancellationToken);

        var error = await Record.ExceptionAsync(() => client.MutateAsync(draft => Add(draft, write), TestContext.Current.CancellationToken));

        var normal = golden["node"]?.Deserialize(ProtocolJson.Default.DictionaryStringFieldValue);
        if (golden["code"] is not { } code || normal is not null)
        {
            Assert.Null(error);
            var saved = Assert.Single(Assert.Single(client.Outbox.WaitingMutations()).Writes);
            Assert.All(normal ?? [], field => Assert.Equal(field.Value, saved.Fields[field.Key]));
            Assert.Equal(write.Fields.Keys.Where(field => field != "id").Order(), saved.Fields.Keys.Order());
            return;
        }

        var refused = Assert.IsType<CheckException>(error);
        Assert.Equal((string)code!, refused.Code);
        Assert.True(golden["field"] is not { } field || (string)field! == refused.Field, refused.Field);
        Assert.NotEmpty(refused.Remedy);
        Assert.Equal(0, client.Outbox.Waiting);
    }

    private static async Task PrepareAsync(string path, JsonNode golden, RowWrite write)
    {
        await using var file = StoreFile.Open(path);
        file.Load(database =>
        {
            KeptValues.Save(database, KeptValues.Schema, Golden["schema"]!.ToJsonString());
            KeptValues.Save(database, KeptValues.Role, (string)golden["role"]!);
            if (golden["row"].Deserialize(ProtocolJson.Default.DictionaryStringFieldValue) is { } row)
            {
                var table = new NameNumbers(database).Number(database, write.Table);
                RowTable.Put(database, table, write.Id, new StoredRow(1, 1, 0, 0, row));
            }

            return true;
        });
    }

    private static void Add(MutationDraft draft, RowWrite write)
    {
        var fields = write.Fields.Select(field => (field.Key, field.Value));
        _ = write.Kind switch
        {
            WriteKind.Insert => draft.Insert(write.Table, write.Id, fields),
            WriteKind.Update => draft.Update(write.Table, write.Id, fields),
            _ => draft.Delete(write.Table, write.Id),
        };
    }
}
