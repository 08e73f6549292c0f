using System.Net;
using System.Text;
using Branchline.Protocol;

namespace Branchline.Tests.Gateway.Tables;

/// <summary>Every bad call gets its own answer, and changes nothing.</summary>
public sealed class BadInputTests(SharedShop shared) : IClassFixture<SharedShop>
{
    private const string Nobody = "0197a1c0-0000-7000-8000-0000000000ff";

    private RestShop Shop => shared.Shop;

    [Theory]
    [InlineData("{ \"name\": ", ErrorCodes.MalformedJson, null, 400)]
    [InlineData("", ErrorCodes.MalformedJson, null, 400)]
    [InlineData("[1]", ErrorCodes.MalformedJson, null, 400)]
    [InlineData("""{ "name": "a", "name": "b" }""", ErrorCodes.MalformedJson, "name", 400)]
    [InlineData("""{ "name": "Ana", "branch_id": "NORTH", "nick": "A" }""", ErrorCodes.UnknownField, "nick", 422)]
    [InlineData("""{ "name": 7, "branch_id": "NORTH" }""", ErrorCodes.WrongType, "name", 422)]
    [InlineData("""{ "name": "Ana", "branch_id": "NORTH", "birthday": "21.11.2026" }""", ErrorCodes.WrongType, "birthday", 422)]
    [InlineData("""{ "name": "Ana", "branch_id": "NORTH", "credit_limit": 1.5 }""", ErrorCodes.WrongType, "credit_limit", 422)]
    [InlineData("""{ "name": "Ana", "branch_id": "NORTH", "credit_limit": -1 }""", ErrorCodes.OutOfRange, "credit_limit", 422)]
    [InlineData("""{ "name": "Ana", "branch_id": "NORTH", "credit_limit": 1e99 }""", ErrorCodes.OutOfRange, "credit_limit", 422)]
    [InlineData("""{ "name": "Ana", "branch_id": "NORTH", "consent": "yes" }""", ErrorCodes.WrongType, "consent", 422)]
    [InlineData("""{ "name": "Ana", "branch_id": "NORTH", "tags": "a" }""", ErrorCodes.WrongType, "tags", 422)]
    [InlineData("""{ "name": "Ana", "branch_id": "NORTH", "status": "lost" }""", ErrorCodes.NotInEnum, "status", 422)]
    [InlineData("""{ "branch_id": "NORTH" }""", ErrorCodes.Required, "name", 422)]
    [InlineData("""{ "name": null, "branch_id": "NORTH" }""", ErrorCodes.Required, "name", 422)]
    [InlineData("""{ "name": "   ", "branch_id": "NORTH" }""", ErrorCodes.Required, "name", 422)]
    [InlineData("""{ "name": "Ana" }""", ErrorCodes.Required, "branch_id", 422)]
    [InlineData("""{ "name": "Ana", "branch_id": "SOUTH" }""", ErrorCodes.OutOfScope, "branch_id", 403)]
    [InlineData("""{ "name": "Ana", "branch_id": "NOBODY" }""", ErrorCodes.BrokenReference, "branch_id", 422)]
    [InlineData("""{ "id": "OURS", "name": "Ana", "branch_id": "NORTH" }""", ErrorCodes.RowExists, null, 409)]
    [InlineData("""{ "id": "7", "name": "Ana", "branch_id": "NORTH" }""", ErrorCodes.WrongType, "id", 422)]
    [InlineData("""[{ "name": "Ana", "branch_id": "NORTH" }, { "name": "B", "branch_id": "NORTH", "status": "lost" }]""", ErrorCodes.NotInEnum, "[1].status", 422)]
    [InlineData("""[{ "name": "Ana", "branch_id": "NORTH" }, { "id": "OURS", "name": "B", "branch_id": "NORTH" }]""", ErrorCodes.RowExists, null, 409)]
    public Task A_wrong_new_client_is_refused(string body, string code, string? field, int status) =>
        RefuseAsync("POST", "/api/clients", Fill(body), code, field, status);

    [Theory]
    [InlineData("products", """{ "name": "Rice", "price": 5, "category_id": "NOBODY" }""", ErrorCodes.BrokenReference, "category_id", 422)]
    [InlineData("appointments", """{ "title": "Fitting", "branch_id": "NORTH", "date": "2026-11-21", "client_id": "THEIRS" }""", ErrorCodes.BrokenReference, "client_id", 422)]
    [InlineData("orders", """{ "branch_id": "NORTH", "paid": 100 }""", ErrorCodes.ReadOnlyField, "paid", 422)]
    [InlineData("orders", """{ "branch_id": "NORTH", "number": "O-1" }""", ErrorCodes.UniqueClash, "number", 409)]
    [InlineData("branches", """{ "name": "West", "code": "B03" }""", ErrorCodes.AccessDenied, null, 403)]
    [InlineData("unicorns", "{}", ErrorCodes.UnknownTable, null, 404)]
    public Task A_wrong_new_row_is_refused(string table, string body, string code, string? field, int status) =>
        RefuseAsync("POST", "/api/" + table, Fill(body), code, field, status);

    [Theory]
    [InlineData("/api/clients/OURS", """{ "name": "Mine", "nick": 1 }""", ErrorCodes.UnknownField, "nick", 422)]
    [InlineData("/api/clients/THEIRS", """{ "name": "Mine" }""", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/clients/NOBODY", """{ "name": "Mine" }""", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/clients/7", """{ "name": "Mine" }""", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/clients", """{ "name": "Mine" }""", ErrorCodes.Required, "id", 422)]
    [InlineData("/api/clients", """[{ "id": "OURS", "name": "Mine" }]""", ErrorCodes.MalformedJson, null, 400)]
    [InlineData("/api/clients/OURS", """{ "id": "NOBODY", "name": "Mine" }""", ErrorCodes.ParameterInvalid, "id", 400)]
    [InlineData("/api/clients/OURS", """{ "branch_id": "SOUTH" }""", ErrorCodes.OutOfScope, "branch_id", 403)]
    [InlineData("/api/clients/OURS", """{ "branch_id": "NOBODY" }""", ErrorCodes.BrokenReference, "branch_id", 422)]
    [InlineData("/api/orders/DRAFT", """{ "status": "released" }""", ErrorCodes.IllegalMove, "status", 409)]
    [InlineData("/api/unicorns/NOBODY", """{}""", ErrorCodes.UnknownTable, null, 404)]
    public Task A_wrong_change_is_refused(string path, string body, string code, string? field, int status) =>
        RefuseAsync("PUT", Fill(path), Fill(body), code, field, status);

    [Theory]
    [InlineData("/api/clients", ErrorCodes.ParameterInvalid, "id", 400)]
    [InlineData("/api/clients?id=", ErrorCodes.ParameterInvalid, "id", 400)]
    [InlineData("/api/clients?id=7", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/clients?id=NOBODY", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/clients/NOBODY", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/clients/THEIRS", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/sales/NOBODY", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/unicorns/NOBODY", ErrorCodes.UnknownTable, null, 404)]
    public Task A_wrong_delete_is_refused(string path, string code, string? field, int status) =>
        RefuseAsync("DELETE", Fill(path), null, code, field, status);

    [Theory]
    [InlineData("/api/unicorns", ErrorCodes.UnknownTable, null, 404)]
    [InlineData("/api/clients/NOBODY", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/clients/THEIRS", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/clients/7", ErrorCodes.RowMissing, null, 404)]
    [InlineData("/api/clients?colour=red", ErrorCodes.ParameterInvalid, "colour", 400)]
    [InlineData("/api/clients?limit=many", ErrorCodes.ParameterInvalid, "limit", 400)]
    [InlineData("/api/clients?after=nonsense", ErrorCodes.ParameterInvalid, "after", 400)]
    [InlineData("/api/clients/OURS?status=active", ErrorCodes.ParameterInvalid, "status", 400)]
    public Task A_wrong_question_is_refused(string path, string code, string? field, int status) =>
        RefuseAsync("GET", Fill(path), null, code, field, status);

    [Fact]
    public async Task What_a_role_may_not_do_is_refused()
    {
        await Shop.NothingChangesAsync(async () =>
        {
            (await Shop.Cashier.GetAsJsonAsync("/api/distributors")).MustRefuse(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
            (await Shop.Cashier.PostAsync("/api/products", new { name = "Rice", price = 5 })).MustRefuse(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
            (await Shop.Cashier.DeleteRowAsync($"/api/clients/{shared.Ours}")).MustRefuse(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        });
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_gets_nothing()
    {
        using var stranger = Shop.Node.Anonymous();
        await Shop.NothingChangesAsync(async () =>
        {
            (await stranger.GetAsJsonAsync("/api/products")).MustRefuse(HttpStatusCode.Unauthorized, ErrorCodes.NotSignedIn);
            (await stranger.GetAsJsonAsync("/api/unicorns")).MustRefuse(HttpStatusCode.Unauthorized, ErrorCodes.NotSignedIn);
            (await stranger.PostAsync("/api/products", new { name = "Rice", price = 5 })).MustRefuse(HttpStatusCode.Unauthorized, ErrorCodes.NotSignedIn);
            (await stranger.GetAsJsonAsync("/openapi.json")).MustRefuse(HttpStatusCode.Unauthorized, ErrorCodes.NotSignedIn);
            (await stranger.GetAsJsonAsync("/api/products?token=nonsense")).MustRefuse(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
        });
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public Task A_body_that_is_not_sent_as_json_is_refused(string? contentType)
    {
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
        if (contentType is not null)
        {
            body.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
        }

        return RefuseAsync("POST", "/api/clients", body, ErrorCodes.UnsupportedMediaType, null, 415);
    }

    [Fact]
    public async Task Too_much_at_once_is_refused()
    {
        await RefuseAsync("POST", "/api/clients", "[" + string.Join(',', Enumerable.Repeat("{}", 1001)) + "]", ErrorCodes.BatchTooLarge, null, 413);
        await RefuseAsync("POST", "/api/clients", new string(' ', (8 * 1024 * 1024) + 1), ErrorCodes.BodyTooLarge, null, 413);

        // Without a length said beforehand.
        var stream = new StreamContent(new MemoryStream(new byte[(8 * 1024 * 1024) + 1]));
        stream.Headers.ContentType = new("application/json");
        stream.Headers.ContentLength = null;
        await RefuseAsync("POST", "/api/clients", stream, ErrorCodes.BodyTooLarge, null, 413);
    }

    [Fact]
    public async Task Headers_that_cannot_be_kept_are_refused()
    {
        await Shop.NothingChangesAsync(async () =>
        {
            var body = new { name = "Ana", branch_id = Shop.North };
            (await Shop.Manager.PostAsync("/api/clients", body, ("Idempotency-Key", "two words"))).MustRefuse(HttpStatusCode.BadRequest, ErrorCodes.ParameterInvalid, "Idempotency-Key");
            (await Shop.Manager.PutAsync($"/api/clients/{shared.Ours}", new { name = "A" }, ("If-Match", "\"1\", \"2\"")))
                .MustRefuse(HttpStatusCode.BadRequest, ErrorCodes.ParameterInvalid, "If-Match");
        });
    }

    private async Task RefuseAsync(string method, string path, object? body, string code, string? field, int status)
    {
        Answer answer = null!;
        await Shop.NothingChangesAsync(async () => answer = await Shop.Manager.CallAsync(method, path, body));
        answer.MustRefuse((HttpStatusCode)status, code, field);
        Assert.NotEmpty(answer["detail"]!);
    }

    private string Fill(string text) => text
        .Replace("NORTH", Shop.North.ToString(), StringComparison.Ordinal).Replace("SOUTH", Shop.South.ToString(), StringComparison.Ordinal)
        .Replace("OURS", shared.Ours.ToString(), StringComparison.Ordinal).Replace("THEIRS", shared.Theirs.ToString(), StringComparison.Ordinal)
        .Replace("DRAFT", shared.Draft.ToString(), StringComparison.Ordinal).Replace("NOBODY", Nobody, StringComparison.Ordinal);
}
