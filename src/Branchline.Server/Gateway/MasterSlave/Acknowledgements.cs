using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Tables.Body;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary><c>POST /api/sync/acknowledge</c>: what has arrived is not told again.</summary>
internal sealed class Acknowledgements(SlavePlaces places, NodeOptions options)
{
    public async Task<IResult> AcknowledgeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(context.Request, options.MaxBody, cancellationToken);
        if (body.Problem is { } refusal)
        {
            return refusal;
        }

        var told = Acknowledgement.Parse(body.Bytes, out var problem);
        body.Release(context.Request);
        if (told is null)
        {
            return problem!;
        }

        return places.Acknowledge(SlaveTables.PeerOf(context.RequireIdentity()), told) is { } count
            ? TypedResults.Json(new AcknowledgeReply(true, count), UploadJson.Default.AcknowledgeReply)
            : Problems.ForField(
                ErrorCodes.ParameterInvalid, "synced_at", "Downloads of several lists of tables are open, and this time is of none of them",
                "Send synced_at as the download gave it, or the ids of its records, or its tables beside the time");
    }
}
