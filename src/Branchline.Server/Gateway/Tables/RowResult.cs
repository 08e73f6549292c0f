using System.Buffers;
using System.Text.Json;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Tables;

/// <summary>One row as an answer, with its version as ETag.</summary>
internal sealed class RowResult(StoredRow row, IReadOnlyList<RestColumn> columns, int status = StatusCodes.Status200OK) : IResult
{
    private const int UsualBytes = 1024;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = RowsResult.ContentType;
        response.Headers.ETag = RowVersion.ToTag(row.Version);
        response.Headers.CacheControl = RowsResult.CacheControl;

        // The length is told before the first byte: short answers are then sent as they are, neither chunked nor compressed.
        var body = new ArrayBufferWriter<byte>(UsualBytes);
        using (var json = new Utf8JsonWriter(body, RowJson.Options))
        {
            RowJson.Write(json, row, columns);
        }

        response.ContentLength = body.WrittenCount;
        return response.Body.WriteAsync(body.WrittenMemory, httpContext.RequestAborted).AsTask();
    }
}
