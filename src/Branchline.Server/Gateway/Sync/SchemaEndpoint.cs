using Branchline.Protocol.Schema;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>GET /sync/schema</c>: what is declared, for screens and for the device's own checks. The ETag is the schema's hash.</summary>
internal static class SchemaEndpoint
{
    public static IResult Read(HttpContext context, BusinessSchema schema)
    {
        var tag = new EntityTagHeaderValue($"\"{schema.Hash}\"");
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(SchemaJson.Write(schema), "application/json; charset=utf-8", entityTag: tag);
    }
}
