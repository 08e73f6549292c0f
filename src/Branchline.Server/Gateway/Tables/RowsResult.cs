using System.Text.Json;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Tables;

/// <summary>Rows as an answer: a JSON array, written as it goes.</summary>
internal sealed class RowsResult(IEnumerable<StoredRow> rows, IReadOnlyList<RestColumn> columns, int status = StatusCodes.Status200OK) : IResult
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>Answers belong to one person, and are asked for again each time (which an ETag makes cheap).</summary>
    public const string CacheControl = "private, no-cache";

    private const int FlushBytes = 32 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = CacheControl;
        using var json = new Utf8JsonWriter(response.BodyWriter, RowJson.Options);
        json.WriteStartArray();
        foreach (var row in rows)
        {
            RowJson.Write(json, row, columns);
            if (json.BytesPending > FlushBytes)
            {
                json.Flush();
                await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
            }
        }

        json.WriteEndArray();
        json.Flush();
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
