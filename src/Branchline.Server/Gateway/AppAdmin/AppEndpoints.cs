using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Access.Control;
using Branchline.Server.Gateway.Apps;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Branchline.Server.Gateway.AppAdmin;

/// <summary>The realtime apps at <c>/api/realtime/apps</c>, for administrators and for the command line.</summary>
internal static class AppEndpoints
{
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(30);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    extension(IEndpointRouteBuilder routes)
    {
        public void MapAppEndpoints()
        {
            var apps = routes.MapGroup("/api/realtime/apps").WithTags("Realtime").AllowControl()
                .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
            apps.MapGet("", List);
            apps.MapPost("", CreateAsync);
            apps.MapMethods("/{id}", [HttpMethods.Put, HttpMethods.Patch], ChangeAsync);
            apps.MapDelete("/{id}", Remove);
            apps.MapPost("/{id}/rotate", RotateAsync);
        }
    }

    private static JsonHttpResult<IReadOnlyList<AppReply>> List(AppRegistry registry, ConfiguredApps configured, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json<IReadOnlyList<AppReply>>(
            [.. registry.All.Select(app => AppReply.Of(app, configured))], AppJson.Default.IReadOnlyListAppReply);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, StoredApps apps, ConfiguredApps configured)
    {
        if (await ReadAsync(context) is not { } body)
        {
            return NotAnObject;
        }

        return Answer(apps.Create(NewApp.TakeFrom(body), body), configured, context, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ChangeAsync(string id, HttpContext context, StoredApps apps, ConfiguredApps configured) =>
        await ReadAsync(context) is { } body ? Answer(apps.Change(id, body), configured, context) : NotAnObject;

    private static async Task<IResult> RotateAsync(string id, HttpContext context, StoredApps apps, ConfiguredApps configured)
    {
        TimeSpan? grace;
        try
        {
            grace = context.Request.HasJsonContentType()
                ? (await context.Request.ReadFromJsonAsync(AppJson.Default.RotateRequest, context.RequestAborted))?.Grace
                : null;
        }
        catch (JsonException wrong) when (wrong.Path == "$.grace")
        {
            return GraceIs(ErrorCodes.WrongType);
        }

        return grace < TimeSpan.Zero || grace > LongestGrace ? GraceIs(ErrorCodes.OutOfRange) : Answer(apps.Rotate(id, grace), configured, context);
    }

    private static Problem GraceIs(string code) =>
        Problems.ForField(code, "grace", $"A grace is from 0 to {LongestGrace.TotalDays:0} days, as \"1.00:00:00\" for one day or \"00:30:00\" for half an hour.");

    private static IResult Remove(string id, HttpContext context, StoredApps apps, ConfiguredApps configured) =>
        Answer(apps.Remove(id), configured, context);

    private static IResult Answer(AppOutcome outcome, ConfiguredApps configured, HttpContext context, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.CacheControl = "no-store";
        return outcome switch
        {
            AppOutcome.Saved saved => TypedResults.Json(AppReply.Of(saved.App, configured, saved.Secret), AppJson.Default.AppReply, statusCode: status),
            AppOutcome.Removed => TypedResults.NoContent(),
            AppOutcome.Refused refused => refused.Problem,
            _ => throw new UnreachableException(),
        };
    }

    private static Problem NotAnObject { get; } = Problems.For(ErrorCodes.MalformedJson, "The body must be a JSON object.");

    private static async Task<JsonObject?> ReadAsync(HttpContext context) =>
        await JsonNode.ParseAsync(context.Request.Body, null, Strict, context.RequestAborted) as JsonObject;
}
