using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Branchline.Protocol;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Sync;

/// <summary>Reads a request's JSON; a mistake becomes a problem that says where it is.</summary>
internal static class SyncBody
{
    public static async Task<(T? Value, Problem? Problem)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        if (!request.HasJsonContentType())
        {
            return (null, Problems.For(ErrorCodes.UnsupportedMediaType, "The body must be JSON", "Send Content-Type: application/json"));
        }

        try
        {
            var value = await JsonSerializer.DeserializeAsync(request.Body, type, request.HttpContext.RequestAborted);
            return value is null ? (null, Malformed("The body is null", null)) : (value, null);
        }
        catch (JsonException exception)
        {
            return (null, Explain(exception));
        }
    }

    /// <summary>The same for a frame of a socket.</summary>
    public static (T? Value, Problem? Problem) Read<T>(ReadOnlySpan<byte> frame, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            var value = JsonSerializer.Deserialize(frame, type);
            return value is null ? (null, Malformed("The message is null", null)) : (value, null);
        }
        catch (JsonException exception)
        {
            return (null, Explain(exception));
        }
    }

    private static Problem Explain(JsonException exception) =>
        exception.Message.StartsWith(ErrorCodes.CursorInvalid, StringComparison.Ordinal)
            ? Problems.ForField(ErrorCodes.CursorInvalid, exception.Path ?? "$", "That is not a cursor of a node", "Send the cursor as the node gave it, or null")
            : Malformed($"The JSON is not of the expected shape at {exception.Path ?? "$"}, line {exception.LineNumber + 1}", exception.Path);

    private static Problem Malformed(string detail, string? path) =>
        new(ErrorCodes.MalformedJson, detail) { Field = path, Remedy = "See docs/reference/protocol.md" };
}
