using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Access.Control;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Cases;

/// <summary>The tray, conflicts and flags, for administrators, for managers of the branch, and for the command line.</summary>
internal static class CaseEndpoints
{
    extension(IServiceCollection services)
    {
        public void AddCases() => services.AddSingleton<CaseSight>().AddSingleton<CaseReplies>().AddSingleton<Shelf>();
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapCases()
        {
            TrayEndpoints.Map(routes.MapCaseGroup("/api/tray"));
            ConflictEndpoints.Map(routes.MapCaseGroup("/api/conflicts"));
            FlagEndpoints.Map(routes.MapCaseGroup("/api/flags"));
            routes.MapCaseGroup("/api/journal").MapPost("", JournalEndpoint.ImportAsync);

            // Whoever sells may ask for help.
            routes.MapGroup("/api/tray").WithTags("Cases").RequireAuthorization().MapPost("", HandOverEndpoint.TakeAsync);
        }

        private RouteGroupBuilder MapCaseGroup(string address) =>
            routes.MapGroup(address).WithTags("Cases").AllowControl()
                .RequireAuthorization(new AuthorizeAttribute { Roles = $"{Roles.Admin},{Roles.Manager}" });
    }

    /// <summary>One that is there and not for this person is missing, too.</summary>
    public static Problem Missing(string id) =>
        Problems.For(ErrorCodes.CaseMissing, $"There is no case \"{id}\" that you may see", "The list names those there are");

    public static long? NumberOf(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static JsonElement Json(MutationOutcome outcome) => JsonSerializer.SerializeToElement(outcome, ProtocolJson.Default.MutationOutcome);

    public static JsonHttpResult<T> Answer<T>(HttpContext context, T reply, JsonTypeInfo<T> type)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(reply, type);
    }
}
