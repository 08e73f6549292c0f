using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Protocol;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server;

/// <summary>
/// A refusal as it is answered: problem+json with a stable code. An endpoint returns it as its result.
/// <paramref name="Detail"/> is read by people; it never carries an exception's text.
/// </summary>
internal sealed record Problem(string Code, string Detail) : IResult, IStatusCodeHttpResult
{
    [JsonPropertyOrder(-3)]
    public string Type => "urn:branchline:problem:" + Code;

    [JsonPropertyOrder(-2)]
    public string Title => Problems.TitleOf(Code);

    [JsonPropertyOrder(-1)]
    public int Status => Problems.StatusOf(Code);

    /// <summary>The table at fault.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Table { get; init; }

    /// <summary>The field at fault.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    /// <summary>What would be right.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Remedy { get; init; }

    /// <summary>The next number of a device, with <c>number_gap</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Expected { get; init; }

    /// <summary>Which item of a list was refused, from 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Index { get; init; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient => Problems.IsTransient(Code);

    /// <summary>How long to wait before trying again; becomes the Retry-After header.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body as it is answered.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ProblemJson.Default.Problem);

    int? IStatusCodeHttpResult.StatusCode => Status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = ToJson();
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;
