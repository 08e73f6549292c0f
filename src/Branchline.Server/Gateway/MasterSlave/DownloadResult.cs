using System.Buffers;
using System.Text.Json;
using Branchline.Server.Gateway.Tables;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>A page of records as an answer.</summary>
internal sealed class DownloadResult(IReadOnlyList<DownloadedRecord> records, string syncedAt, bool more) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(body, RowJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("records"u8);
            foreach (var record in records)
            {
                record.Write(json);
            }

            json.WriteEndArray();
            json.WriteNumber("count"u8, records.Count);
            json.WriteString("synced_at"u8, syncedAt);
            json.WriteBoolean("has_more"u8, more);
            json.WriteEndObject();
        }

        var response = httpContext.Response;
        response.ContentType = RowsResult.ContentType;
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(body.WrittenMemory, httpContext.RequestAborted).AsTask();
    }
}
