using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication.MasterSlave;

/// <summary>
/// A master as Laravel packages have it, written from the description of its endpoints alone: rows with counted ids and times of whole seconds, and
/// downloads by the time of a row. It knows nothing of a Branchline.
/// </summary>
internal sealed class LaravelMaster : IAsyncDisposable
{
    public const string Token = "1|plain-text-token";

    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Table, string Id), JsonObject> _rows = [];
    private readonly List<JsonNode> _acknowledged = [];
    private int _nextId = 100;

    private LaravelMaster(WebApplication app) => _app = app;

    /// <summary>Names a field when it will not have the row; the whole upload is refused then, as Laravel's validation does.</summary>
    public Func<JsonNode, string?>? Validation { get; set; }

    /// <summary>Fails on the row, without a word on which it was.</summary>
    public Predicate<JsonNode>? Fails { get; set; }

    /// <summary>Applies the next upload and hangs up before it answers.</summary>
    public bool LosesAnswer { get; set; }

    public int Uploads { get; private set; }

    public int PageSize { get; set; } = 100;

    public string Address => _app.Urls.First();

    public IReadOnlyList<JsonNode> Acknowledged => _acknowledged;

    public static async Task<LaravelMaster> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var master = new LaravelMaster(builder.Build());
        master._app.UseRouting();
        master._app.MapPost("/api/sync/upload", master.UploadAsync);
        master._app.MapGet("/api/sync/download", master.DownloadAsync);
        master._app.MapPost("/api/sync/acknowledge", master.AcknowledgeAsync);
        await master._app.StartAsync(TestContext.Current.CancellationToken);
        return master;
    }

    public IReadOnlyList<JsonObject> Rows(string table)
    {
        lock (_lock)
        {
            return [.. _rows.Where(row => row.Key.Table == table && row.Value["deleted_at"] is null).Select(row => row.Value)];
        }
    }

    /// <summary>Writes a row; by default now.</summary>
    public int Save(string table, JsonObject row, TimeSpan ago = default)
    {
        lock (_lock)
        {
            var id = (int?)row["id"] ?? ++_nextId;
            row["id"] = id;
            Touch(row, ago);
            _rows[(table, id.ToString(CultureInfo.InvariantCulture))] = row;
            return id;
        }
    }

    public void Change(string table, string id, string field, JsonNode value, TimeSpan ago = default)
    {
        lock (_lock)
        {
            _rows[(table, id)][field] = value;
            Touch(_rows[(table, id)], ago);
        }
    }

    public void Delete(string table, string id) => Change(table, id, "deleted_at", Now(default));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void Touch(JsonObject row, TimeSpan ago) => row["updated_at"] = Now(ago);

    private static string Now(TimeSpan ago) => (TimeProvider.System.GetUtcNow() - ago).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private async Task UploadAsync(HttpContext context)
    {
        if (!await IsSignedInAsync(context) || await JsonNode.ParseAsync(context.Request.Body) is not { } body)
        {
            return;
        }

        Uploads++;
        var records = body["records"]!.AsArray();
        var errors = new JsonObject();
        foreach (var (place, record) in records.Index())
        {
            if (Validation?.Invoke(record!) is { } field)
            {
                errors[$"records.{place}.data.{field}"] = new JsonArray($"The {field} field is invalid.");
            }
        }

        if (errors.Count > 0)
        {
            await AnswerAsync(context, 422, new JsonObject { ["message"] = "The given data was invalid.", ["errors"] = errors });
            return;
        }

        if (Fails is not null && records.Any(record => Fails(record!)))
        {
            await AnswerAsync(context, 500, new JsonObject { ["message"] = "Server Error" });
            return;
        }

        foreach (var record in records)
        {
            Apply(record!);
        }

        if (LosesAnswer)
        {
            LosesAnswer = false;
            context.Abort();
            return;
        }

        await AnswerAsync(context, 200, new JsonObject { ["success"] = true, ["synced"] = records.Count });
    }

    private void Apply(JsonNode record)
    {
        lock (_lock)
        {
            var key = ((string)record["table"]!, record["id"]!.ToString());
            if ((string?)record["action"] == "delete")
            {
                _rows.Remove(key);
                return;
            }

            // Eloquent touches the row when it is saved.
            _rows[key] = (JsonObject)record["data"]!.DeepClone();
            Touch(_rows[key], default);
        }
    }

    private async Task DownloadAsync(HttpContext context)
    {
        if (!await IsSignedInAsync(context))
        {
            return;
        }

        var since = context.Request.Query["last_synced_at"].ToString();
        var tables = context.Request.Query["tables[]"];
        JsonObject answer;
        lock (_lock)
        {
            var changed = _rows.Where(row => (tables.Count == 0 || tables.Contains(row.Key.Table)) && string.CompareOrdinal((string?)row.Value["updated_at"], since) > 0)
                .OrderBy(row => (string?)row.Value["updated_at"], StringComparer.Ordinal).ToArray();
            var page = changed.Take(PageSize).ToArray();
            var hasMore = changed.Length > page.Length;
            answer = new JsonObject
            {
                ["records"] = new JsonArray([.. page.Select(row => (JsonNode)Record(row.Key.Table, row.Value))]),
                ["synced_at"] = hasMore ? page[^1].Value["updated_at"]!.DeepClone() : Now(default),
                ["has_more"] = hasMore,
            };
        }

        await AnswerAsync(context, 200, answer);
    }

    private static JsonObject Record(string table, JsonObject row) => new JsonObject
    {
        ["id"] = row["id"]!.DeepClone(),
        ["table"] = table,
        ["action"] = row["deleted_at"] is null ? "update" : "delete",
        ["data"] = row.DeepClone(),
        ["updated_at"] = row["updated_at"]!.DeepClone(),
    };

    private async Task AcknowledgeAsync(HttpContext context)
    {
        if (await IsSignedInAsync(context) && await JsonNode.ParseAsync(context.Request.Body) is { } told)
        {
            _acknowledged.Add(told);
            await AnswerAsync(context, 200, new JsonObject { ["success"] = true });
        }
    }

    private static async Task<bool> IsSignedInAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization == "Bearer " + Token)
        {
            return true;
        }

        await AnswerAsync(context, 401, new JsonObject { ["message"] = "Unauthenticated." });
        return false;
    }

    private static Task AnswerAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}
