using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Channels.Rights;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>Signs that a connection is a person's, in the place of a PHP backend: the person comes from the session cookie or a bearer token.</summary>
internal static class UserAuth
{
    public static async Task<IResult> SignAsync(HttpContext context, Hubs hubs, Origins origins)
    {
        if (context.Features.Get<SignedIn>() is { Credential: Credential.Cookie } && origins.IsForeign(context.Request))
        {
            return CookieGuard.ForeignPage;
        }

        var listener = Listener.Of(context);
        if (listener.Identity is not { } identity)
        {
            return ChannelAuth.Forbidden("Sign in first: a session cookie or a bearer token says who you are");
        }

        if (await ChannelAuth.ReadAsync(context) is not { SocketId: { } socketId } || !ChannelAuth.SocketId().IsMatch(socketId))
        {
            return new Problem(ErrorCodes.ParameterInvalid, "Send socket_id, as a form or as JSON");
        }

        var grant = new Grant(listener, ChannelAccess.Everything);
        if (ChannelAuth.FindObjection(hubs, socketId, ChannelName.UserPrefix + identity.UserId, grant) is { } objection)
        {
            return objection;
        }

        var user = Write("id", "user_info", identity);
        return Results.Json(
            new SignedUser(hubs.Own.App.Authorize($"{socketId}::user::{user}"), user), ChannelAuthJson.Default.SignedUser);
    }

    /// <summary>The person as others see them in a presence channel.</summary>
    public static string MemberOf(Identity identity) => Write("user_id", "user_info", identity);

    private static string Write(string id, string info, Identity identity)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = PusherFrames.Escaping });
        json.WriteStartObject();
        json.WriteString(id, identity.UserId);
        json.WriteStartObject(info);
        json.WriteString("name"u8, identity.Name);
        json.WriteString("role"u8, identity.Role);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

/// <summary>The answer: <c>key:signature</c> and the person it is for.</summary>
internal sealed record SignedUser(
    [property: JsonPropertyName("auth")] string Auth, [property: JsonPropertyName("user_data")] string UserData);
