using System.Net;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Gateway.Tables;

namespace Branchline.Tests.Gateway.Tables;

/// <summary>What holds for every table that is declared, without a word of its own in the code.</summary>
public sealed class TableContractTests(SharedShop shared) : IClassFixture<SharedShop>
{
    private RestShop Node => shared.Shop;

    public static TheoryData<string> Tables => [.. Shop.Tables.All.Select(table => table.Name)];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_row_is_added_read_and_found_in_lists(string name)
    {
        var table = Shop.Table(name);
        var row = await shared.Samples.NewAsync(table);

        Answer saved = null!;
        var changes = await Node.ChangesOfAsync(async () => saved = await Node.Admin.PostAsync($"/api/{table.Route}", row));

        saved.Must(HttpStatusCode.Created);
        Assert.Equal($"set {name} {saved.Id}", changes[0]);
        Assert.All(changes.Skip(1), change => Assert.Contains(change.Split(' ')[1], SumsOf(table)));
        Assert.Equal(table.Columns.Select(column => column.Name), saved.Json.EnumerateObject().Select(member => member.Name));
        Assert.All(row, sent => Assert.Equal(sent.Value!.ToJsonString(), JsonNode.Parse(saved.Json.GetProperty(sent.Key).GetRawText())!.ToJsonString()));

        var read = (await Node.Admin.GetAsJsonAsync($"/api/{table.Route}/{saved.Id}")).Must(HttpStatusCode.OK);
        Assert.Equal((saved.Text, saved.ETag), (read.Text, read.ETag));
        foreach (var filter in Filters(table, saved))
        {
            var list = (await Node.Admin.GetAsJsonAsync($"/api/{table.Route}?{filter}&limit=5000")).Must(HttpStatusCode.OK);
            Assert.True(list.Column("id").Contains(saved.Id.ToString()), filter);
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_row_is_changed_where_it_may_be(string name)
    {
        var table = Shop.Table(name);
        var samples = shared.Samples;
        var saved = (await Node.Admin.PostAsync($"/api/{table.Route}", await samples.NewAsync(table))).Must(HttpStatusCode.Created);
        var path = $"/api/{table.Route}/{saved.Id}";
        if (table.Schema.Kind == TableKind.Ledger)
        {
            await Node.NothingChangesAsync(async () => (await Node.Admin.PutAsync(path, new { })).MustRefuse(HttpStatusCode.Conflict, ErrorCodes.LedgerImmutable));
            return;
        }

        var (field, value) = samples.Change(table)!.Value;
        Answer changed = null!;
        var changes = await Node.ChangesOfAsync(async () => changed = await Node.Admin.PutAsync(path, new JsonObject { [field] = value.DeepClone() }));

        changed.Must(HttpStatusCode.OK);
        Assert.Equal([$"set {name} {saved.Id}"], changes);
        Assert.Equal(value.ToString(), changed[field]);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_row_is_deleted_where_it_may_be(string name)
    {
        var table = Shop.Table(name);
        var saved = (await Node.Admin.PostAsync($"/api/{table.Route}", await shared.Samples.NewAsync(table))).Must(HttpStatusCode.Created);
        var path = $"/api/{table.Route}/{saved.Id}";
        var (status, code) = table.Schema switch
        {
            { Kind: TableKind.Ledger } => (HttpStatusCode.Conflict, ErrorCodes.LedgerImmutable),
            { Document: true } => (HttpStatusCode.Conflict, ErrorCodes.DocumentDelete),
            { Access.Delete.Count: 0 } => (HttpStatusCode.Forbidden, ErrorCodes.AccessDenied),
            _ => (HttpStatusCode.OK, ""),
        };
        if (status != HttpStatusCode.OK)
        {
            await Node.NothingChangesAsync(async () => (await Node.Admin.DeleteRowAsync(path)).MustRefuse(status, code));
            return;
        }

        Assert.Equal([$"delete {name} {saved.Id}"], await Node.ChangesOfAsync(async () => (await Node.Admin.DeleteRowAsync(path)).Must(HttpStatusCode.OK)));
        (await Node.Admin.GetAsJsonAsync(path)).MustRefuse(HttpStatusCode.NotFound, ErrorCodes.RowMissing);
        (await Node.Admin.PutAsync(path, new { })).MustRefuse(HttpStatusCode.NotFound, ErrorCodes.RowMissing);
        (await Node.Admin.DeleteRowAsync(path)).MustRefuse(HttpStatusCode.NotFound, ErrorCodes.RowMissing);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_wrong_row_is_refused_with_its_field(string name)
    {
        var table = Shop.Table(name);
        var row = await shared.Samples.NewAsync(table);
        await Node.NothingChangesAsync(async () =>
        {
            (await Node.Admin.PostAsync($"/api/{table.Route}", With(row, "no_such_field", 1))).MustRefuse(HttpStatusCode.UnprocessableEntity, ErrorCodes.UnknownField, "no_such_field");
            foreach (var field in table.Schema.Fields.Values.Where(field => row.ContainsKey(field.Name)))
            {
                (await Node.Admin.PostAsync($"/api/{table.Route}", With(row, field.Name, new JsonObject())))
                    .MustRefuse(HttpStatusCode.UnprocessableEntity, ErrorCodes.WrongType, field.Name);
            }

            foreach (var field in table.Schema.Fields.Values.Where(field => field.Required && field.Default.IsNull))
            {
                (await Node.Admin.PostAsync($"/api/{table.Route}", With(row, field.Name, null))).MustRefuse(HttpStatusCode.UnprocessableEntity, ErrorCodes.Required, field.Name);
            }

            foreach (var field in table.Schema.Fields.Values.Where(field => field.Sum is not null))
            {
                (await Node.Admin.PostAsync($"/api/{table.Route}", With(row, field.Name, 1))).MustRefuse(HttpStatusCode.UnprocessableEntity, ErrorCodes.ReadOnlyField, field.Name);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_role_that_may_not_is_refused(string name)
    {
        var table = Shop.Table(name);
        var row = await shared.Samples.NewAsync(table);
        foreach (var role in new[] { "manager", "cashier", "releasing" })
        {
            using var client = Node.Node.SignedIn(role, Node.North.ToString());
            var list = await client.GetAsJsonAsync($"/api/{table.Route}");
            Assert.Equal(table.Schema.Access.Read.Contains(role) ? HttpStatusCode.OK : HttpStatusCode.Forbidden, list.Status);
            if (!table.Schema.Access.Create.Contains(role))
            {
                await Node.NothingChangesAsync(async () => (await client.PostAsync($"/api/{table.Route}", row)).MustRefuse(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied));
            }
        }
    }

    private static JsonObject With(JsonObject row, string field, JsonNode? value)
    {
        var changed = (JsonObject)row.DeepClone();
        changed[field] = value;
        return changed;
    }

    /// <summary>Tables that keep sums over this one: they change along with it.</summary>
    private static IEnumerable<string> SumsOf(RestTable table) =>
        Shop.Tables.All.Where(other => other.Schema.Fields.Values.Any(field => field.Sum?.Ledger == table.Name)).Select(other => other.Name);

    private static IEnumerable<string> Filters(RestTable table, Answer row)
    {
        foreach (var column in table.Columns.Where(column => column.Field.Type != FieldType.Json))
        {
            var value = row.Json.GetProperty(column.Name);
            var text = value.ValueKind switch
            {
                System.Text.Json.JsonValueKind.Null when column.Field.Type is FieldType.Text or FieldType.File => null,
                System.Text.Json.JsonValueKind.String => Uri.EscapeDataString(value.GetString()!.Replace(",", "\\,", StringComparison.Ordinal)),
                _ => value.GetRawText(),
            };
            if (text is not null)
            {
                yield return $"{column.Name}={text}";
            }
        }

        yield return "sort=-created_at,id";
        foreach (var (alias, target) in table.Aliases)
        {
            var value = row.Json.GetProperty(target);
            yield return value.ValueKind == System.Text.Json.JsonValueKind.String ? $"{alias}={value.GetString()}" : $"{alias}=null";
        }
    }
}
