using System.Text.Json;
using Branchline.Server.Gateway.OpenApi;
using Branchline.Tests.Gateway.Tables;

namespace Branchline.Tests.Gateway.OpenApi;

public sealed class OpenApiDocumentTests
{
    private static readonly JsonElement Document = JsonDocument.Parse(new OpenApiDocument(Shop.Schema, Shop.Tables).Json).RootElement;

    [Fact]
    public void Every_table_has_its_addresses()
    {
        var paths = Document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToHashSet();

        Assert.All(Shop.Tables.All, table => Assert.True(paths.Contains($"/api/{table.Route}") && paths.Contains($"/api/{table.Route}/{{id}}"), table.Name));
        Assert.Contains("/api/stock-requests", paths);
    }

    [Fact]
    public void A_new_row_says_what_it_needs_and_what_each_field_takes()
    {
        var request = Document.GetProperty("components").GetProperty("schemas").GetProperty("stock_requests_new");
        var fields = request.GetProperty("properties");

        Assert.Equal("""["branch_id"]""", request.GetProperty("required").GetRawText());
        Assert.Equal("""{"type":"string","format":"uuid","x-ref":"branches","title":"For branch"}""", fields.GetProperty("branch_id").GetRawText());
        Assert.Equal(
            """{"type":["integer","null"],"format":"int64","minimum":1,"maximum":9007199254740991,"title":"Quantity"}""",
            fields.GetProperty("quantity").GetRawText());
        Assert.Equal(
            """{"type":["string","null"],"enum":["low","normal","urgent",null],"title":"Priority","default":"normal"}""",
            fields.GetProperty("priority").GetRawText());
        Assert.Equal("""{"type":["string","null"],"format":"date","title":"Date","x-default":"today"}""", fields.GetProperty("date").GetRawText());
        Assert.Equal("date-time", fields.GetProperty("decided_at").GetProperty("format").GetString());
    }

    [Fact]
    public void Money_sums_and_moves_are_marked()
    {
        var orders = Document.GetProperty("components").GetProperty("schemas").GetProperty("orders").GetProperty("properties");

        Assert.True(orders.GetProperty("total").GetProperty("x-money").GetBoolean());
        Assert.True(orders.GetProperty("paid").GetProperty("readOnly").GetBoolean());
        Assert.Equal("draft", orders.GetProperty("status").GetProperty("x-workflow").GetProperty("start").GetString());
        Assert.False(Document.GetProperty("components").GetProperty("schemas").GetProperty("orders_new").GetProperty("properties").TryGetProperty("paid", out _));
    }

    [Fact]
    public void Nobody_is_told_to_change_a_ledger_or_to_delete_a_document()
    {
        var paths = Document.GetProperty("paths");

        Assert.Equal(["get", "post"], Methods(paths.GetProperty("/api/transactions")));
        Assert.Equal(["get", "post", "put"], Methods(paths.GetProperty("/api/sales")));
        Assert.Equal(["get", "post", "put", "delete"], Methods(paths.GetProperty("/api/clients")));
    }

    [Fact]
    public void Every_reference_leads_somewhere_and_every_operation_has_its_own_name()
    {
        var names = new List<string>();
        Walk(Document, names);

        Assert.NotEmpty(names);
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    private static void Walk(JsonElement element, List<string> names)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Walk(item, names);
            }
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member is { Name: "$ref", Value.ValueKind: JsonValueKind.String })
            {
                Resolve(member.Value.GetString()!);
            }
            else if (member is { Name: "operationId", Value.ValueKind: JsonValueKind.String })
            {
                names.Add(member.Value.GetString()!);
            }

            Walk(member.Value, names);
        }
    }

    private static void Resolve(string reference)
    {
        var target = Document;
        foreach (var part in reference.TrimStart('#', '/').Split('/'))
        {
            Assert.True(target.TryGetProperty(part, out target), reference);
        }
    }

    private static IEnumerable<string> Methods(JsonElement path) => path.EnumerateObject().Select(member => member.Name);
}
