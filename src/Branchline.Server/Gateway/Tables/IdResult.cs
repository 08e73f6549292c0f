using System.Text;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Tables;

/// <summary>Only the id of a row: it was deleted, or the caller may write the table but not read it.</summary>
internal sealed class IdResult(Guid id, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"id":"{{id:D}}"}""");
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = RowsResult.ContentType;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
