using System.Text.Json.Serialization;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Access.Control;
using Branchline.Server.Store.Backups;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Branchline.Server.Gateway.Backups;

/// <summary><c>/api/backups</c>: the copies of the database that the node keeps, and one now; for administrators.</summary>
internal static class BackupEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapBackups()
        {
            var group = routes.MapGroup("/api/backups").WithTags("Backups").AllowControl().RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
            group.MapGet("", List);
            group.MapPost("", TakeAsync);
        }
    }

    private static JsonHttpResult<IReadOnlyList<Backup>> List(Store.Backups.Backups backups) => TypedResults.Json(backups.List(), BackupJson.Default.IReadOnlyListBackup);

    private static async Task<IResult> TakeAsync(Store.Backups.Backups backups, CancellationToken cancellationToken)
    {
        try
        {
            var backup = await backups.TakeAsync(BackupReasons.Manual, cancellationToken);
            return TypedResults.Json(backup, BackupJson.Default.Backup, statusCode: StatusCodes.Status201Created);
        }
        catch (BackupFailedException failure)
        {
            return Problems.For(ErrorCodes.BackupFailed, failure.Message);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Backup))]
[JsonSerializable(typeof(IReadOnlyList<Backup>))]
internal sealed partial class BackupJson : JsonSerializerContext;
