using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Branchline.Merchant;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Mutations;
using Branchline.Server.Store.Sqlite;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway.Tables;

/// <summary>A real node with the merchant's schema and rules, two branches, and people who call its REST API.</summary>
internal sealed class RestShop : IAsyncDisposable
{
    private static readonly DeviceId Opener = new("opener");

    private RestShop(TestNode node) => Node = node;

    public TestNode Node { get; }

    public Guid North { get; } = NewId.Next();

    public Guid South { get; } = NewId.Next();

    /// <summary>Admins see every branch.</summary>
    public HttpClient Admin { get; private set; } = null!;

    /// <summary>Runs the branch North.</summary>
    public HttpClient Manager { get; private set; } = null!;

    /// <summary>Sells in the branch North.</summary>
    public HttpClient Cashier { get; private set; } = null!;

    public static async Task<RestShop> OpenAsync(TestSettings? settings = null)
    {
        var node = await TestNode.StartAsync((settings ?? new TestSettings()) with { Rules = MerchantRules.All });
        var shop = new RestShop(node);
        await shop.ApplyAsync(
            Write.Insert("branches", shop.North, ("name", FieldValue.Of("North")), ("code", FieldValue.Of("B01"))),
            Write.Insert("branches", shop.South, ("name", FieldValue.Of("South")), ("code", FieldValue.Of("B02"))));
        shop.Admin = node.SignedIn("admin");
        shop.Manager = node.SignedIn("manager", shop.North.ToString());
        shop.Cashier = node.SignedIn("cashier", shop.North.ToString());
        return shop;
    }

    /// <summary>A write of the node itself.</summary>
    public async Task ApplyAsync(params RowWrite[] writes)
    {
        var stamp = Node.Services.GetRequiredService<NodeClock>().Next(Opener);
        var outcome = await Node.Node.Mutations.ApplyAsync(
            new Mutation(Opener, 0, NewId.Next(), stamp, null, writes), Writer.Node, ApplyOptions.Default, TestContext.Current.CancellationToken);
        Assert.False(outcome is MutationOutcome.Rejected, outcome.ToString());
    }

    /// <summary>Every change that was logged while the call ran, in order: <c>set clients ID</c>.</summary>
    public async Task<IReadOnlyList<string>> ChangesOfAsync(Func<Task> call)
    {
        var before = Node.Services.GetRequiredService<FeedMarks>().Head;
        await call();
        var epoch = Node.Services.GetRequiredService<SqliteStore>().Epoch;
        var device = new TestDevice(Admin, "auditor");
        string[] scopes = ["everyone", $"branch:{North}", $"branch:{South}"];
        var reply = await device.PullAsync(scopes.ToDictionary(scope => scope, _ => (Cursor?)new Cursor(epoch, before)), 5000);
        return
        [
            .. from page in reply.Pages
               from change in page.Changes!
               orderby change.Seq
               select $"{change.Kind.ToString().ToLowerInvariant()} {change.Table} {change.Id}",
        ];
    }

    /// <summary>The call changes nothing at all.</summary>
    public async Task NothingChangesAsync(Func<Task> call) => Assert.Empty(await ChangesOfAsync(call));

    public ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Manager.Dispose();
        Cashier.Dispose();
        return Node.DisposeAsync();
    }
}

/// <summary>Calls as a program in JavaScript would write them.</summary>
internal static class RestCalls
{
    extension(HttpClient client)
    {
        public Task<Answer> GetAsJsonAsync(string path, params (string Name, string Value)[] headers) => client.CallAsync("GET", path, null, headers);

        public Task<Answer> PostAsync(string path, object body, params (string Name, string Value)[] headers) => client.CallAsync("POST", path, body, headers);

        public Task<Answer> PutAsync(string path, object body, params (string Name, string Value)[] headers) => client.CallAsync("PUT", path, body, headers);

        public Task<Answer> DeleteRowAsync(string path, params (string Name, string Value)[] headers) => client.CallAsync("DELETE", path, null, headers);

        /// <summary>A text body is sent as it is, anything else as JSON.</summary>
        public async Task<Answer> CallAsync(string method, string path, object? body, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Content = body switch
            {
                null => null,
                HttpContent content => content,
                string text => new StringContent(text, Encoding.UTF8, "application/json"),
                _ => JsonContent.Create(body),
            };
            request.Headers.TransferEncodingChunked = request.Content is StreamContent ? true : null;
            foreach (var (name, value) in headers)
            {
                Assert.True(request.Headers.TryAddWithoutValidation(name, value));
            }

            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return new Answer(response, answer);
        }
    }
}

/// <summary>What came back, read to the end.</summary>
internal sealed class Answer(HttpResponseMessage response, string text)
{
    public HttpStatusCode Status => response.StatusCode;

    public string Text => text;

    public string? ContentType => response.Content.Headers.ContentType?.MediaType;

    public JsonElement Json { get; } = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;

    public string? ETag => Header("ETag");

    public string? Header(string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    public Guid Id => Json.GetProperty("id").GetGuid();

    public string? this[string name] => Json.GetProperty(name).ToString();

    /// <summary>The ids or another member of every row.</summary>
    public IReadOnlyList<string> Column(string name) => [.. Json.EnumerateArray().Select(row => row.GetProperty(name).ToString())];

    /// <summary>Insists on a status and says what came instead.</summary>
    public Answer Must(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {text}");
        return this;
    }

    /// <summary>Insists on a refusal in the form all refusals have.</summary>
    public Answer MustRefuse(HttpStatusCode status, string code, string? field = null)
    {
        Must(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal((code, field), (this["code"], Json.TryGetProperty("field", out var at) ? at.GetString() : null));
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
        return this;
    }
}
