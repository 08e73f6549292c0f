using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Tables.Body;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Messages;

/// <summary><c>POST /api/users/ID/messages</c>: administrators write to anybody, managers to people of their branches.</summary>
internal static class MessageEndpoints
{
    extension(WebApplicationBuilder builder)
    {
        public void AddMessages()
        {
            var services = builder.Services;
            services.AddOptions<MessageOptions>().BindConfiguration(MessageOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddSingleton(provider => new MessageDatabase(provider.GetRequiredService<DataDirectory>().DatabaseFile));
            services.AddSingleton<UserMessages>();
        }
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapMessages() => routes.MapPost("/api/users/{id}/messages", SendAsync).WithTags("Messages")
            .RequireAuthorization(new AuthorizeAttribute { Roles = $"{Roles.Admin},{Roles.Manager}" });
    }

    private static async Task<IResult> SendAsync(string id, HttpContext context, UserMessages messages, Sessions sessions)
    {
        var from = context.RequireIdentity();
        if (sessions.FindUser(id) is not { } user || !MayWriteTo(user, from))
        {
            return Problems.For(ErrorCodes.RowMissing, $"You have nobody \"{id}\" to write to.", "GET /api/users lists the people, for administrators.");
        }

        var body = await RequestBody.ReadAsync(context.Request, messages.Options.MaxBytes, context.RequestAborted);
        if (body.Problem is { } problem)
        {
            return problem;
        }

        try
        {
            using var document = JsonDocument.Parse(body.Bytes);
            return TypedResults.Json(
                new SentMessage(messages.Send(user.Id, from, Compact(document.RootElement))),
                MessageJson.Default.SentMessage, statusCode: StatusCodes.Status201Created);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is no text.
            return Problems.For(ErrorCodes.MalformedJson, "A text in the body is not Unicode.");
        }
        finally
        {
            body.Release(context.Request);
        }
    }

    private static string Compact(JsonElement body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        body.WriteTo(json);
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static bool MayWriteTo(User user, Identity from) =>
        from.Role == Roles.Admin || user.Role == Roles.Admin || user.BranchIds.Intersect(from.BranchIds).Any();
}

/// <summary>The answer: the number the message has.</summary>
internal sealed record SentMessage([property: JsonPropertyName("no")] long No);

[JsonSerializable(typeof(SentMessage))]
internal sealed partial class MessageJson : JsonSerializerContext;
