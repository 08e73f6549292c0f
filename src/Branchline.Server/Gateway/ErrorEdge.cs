using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed.ReadyFiles;
using Branchline.Server.Mutations;
using Branchline.Server.Store.Sqlite;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Gateway;

/// <summary>The edge where exceptions end: logged with their cause, answered without it. Empty refusals get their words here.</summary>
internal sealed partial class ErrorEdge(RequestDelegate next, ILogger<ErrorEdge> logger)
{
    private static Problem TooLarge { get; } =
        Problems.For(ErrorCodes.BodyTooLarge, "The body is larger than this node takes.", "Send it in smaller pieces.");

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            context.Response.Headers.ETag = default;
            await ProblemOf(failure, context).ExecuteAsync(context);
        }

        if (WordsFor(context) is { } problem)
        {
            await problem.ExecuteAsync(context);
        }
    }

    private Problem ProblemOf(Exception failure, HttpContext context)
    {
        switch (failure)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return TooLarge;
            case BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType }:
                return Problems.For(ErrorCodes.UnsupportedMediaType, "The body must be application/json.");
            case BadHttpRequestException { InnerException: JsonException json }:
                return MalformedJson(json);
            case JsonException json:
                return MalformedJson(json);
            case BadHttpRequestException when context.Request.ContentLength is null or 0 && HttpMethods.IsPost(context.Request.Method):
                return Problems.For(ErrorCodes.MalformedJson, "The body is empty.");
            case BadHttpRequestException:
                return Problems.For(ErrorCodes.ParameterInvalid, "The request is not of the expected form.");
            case ReadyFileUnavailableException:
                LogNoReadyFile(failure.InnerException, failure.Message);
                return Problems.For(
                    ErrorCodes.DatabaseUnavailable,
                    "The node cannot make a ready database file at the moment; snapshots are there as ever.",
                    "Fetch snapshots instead.");
            case StoreUnavailableException or SqliteFailure { IsUnavailable: true }:
                LogStoreFailed(failure, context.Request.Method, context.Request.Path);
                return Problems.For(
                    ErrorCodes.StoreUnavailable,
                    "The node cannot write at the moment; nothing was changed.",
                    "Try again in a moment; if it stays so, look at the node's disk.");
            default:
                LogFailed(failure, context.Request.Method, context.Request.Path);
                return Problems.For(ErrorCodes.Internal, "Something unexpected went wrong; the node's log says what.");
        }
    }

    private static Problem MalformedJson(JsonException json)
    {
        var field = json.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
        return Problems.For(ErrorCodes.MalformedJson, "The body is not JSON of the expected shape.") with { Field = field };
    }

    // An unknown address or method ends with a bare status.
    private static Problem? WordsFor(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.ContentLength is not null || response.ContentType is not null
            || context.WebSockets.IsWebSocketRequest)
        {
            return null;
        }

        return response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problems.For(ErrorCodes.NotFound, "There is nothing at this address."),
            StatusCodes.Status405MethodNotAllowed => Problems.For(
                ErrorCodes.MethodNotAllowed, "This address does not take the method.", "The header Allow lists those it takes."),
            StatusCodes.Status413PayloadTooLarge => TooLarge,
            StatusCodes.Status415UnsupportedMediaType => Problems.For(
                ErrorCodes.UnsupportedMediaType, "The body must be application/json."),
            _ => null,
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogFailed(Exception failure, string method, PathString path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody is sent to snapshots: {Reason}")]
    private partial void LogNoReadyFile(Exception? cause, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} was refused: the store cannot write")]
    private partial void LogStoreFailed(Exception failure, string method, PathString path);
}
