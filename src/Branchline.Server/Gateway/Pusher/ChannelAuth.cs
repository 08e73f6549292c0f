using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Apps;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// Signs for private channels in the place of a PHP backend: the person comes from the session cookie or a bearer token.
/// The signature lets them hear rows of their own scopes and no others, see <see cref="Grants"/>.
/// </summary>
internal static partial class ChannelAuth
{
    private const int LargestBody = 64 * 1024;

    public static async Task<IResult> SignAsync(
        HttpContext context, PusherSockets sockets, AppRegistry apps, ChannelAccess access, Origins origins)
    {
        if (context.Features.Get<SignedIn>() is { Credential: Credential.Cookie } && origins.IsForeign(context.Request))
        {
            return CookieGuard.ForeignPage;
        }

        var listener = Listener.Of(context);
        if (listener.Identity is not { } identity)
        {
            return Forbidden("Sign in first: a session cookie or a bearer token says who you are");
        }

        if (await ReadAsync(context) is not { SocketId: { } socketId, ChannelName: { Length: > 0 } text } || !SocketId().IsMatch(socketId))
        {
            return new Problem(ErrorCodes.ParameterInvalid, "Send socket_id and channel_name, as a form or as JSON");
        }

        if (!ChannelName.TryParse(text, out var channel) || channel.Kind != ChannelKind.Private)
        {
            return Forbidden("Only private channels are signed for here; presence, encrypted and cache channels are not offered");
        }

        if (access.ForPrivate(channel.Subject, identity) is not ChannelVerdict.Granted granted)
        {
            return Forbidden($"The role '{identity.Role}' may not hear '{text}'");
        }

        // A socket id that is not connected can never become so: its signature opens nothing.
        if (sockets.TryFind(socketId, out var connection))
        {
            if (!connection.TryGrant(text, identity, granted))
            {
                return Forbidden("This connection serves another person, or holds too many channels; connect again");
            }

            connection.Watch(listener);
        }

        return Results.Json(
            new SignedChannel(apps.Default.Authorize($"{socketId}:{text}")), ChannelAuthJson.Default.SignedChannel);
    }

    private static Problem Forbidden(string detail) => new(ErrorCodes.AccessDenied, detail);

    private static async Task<ChannelQuestion?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > LargestBody)
        {
            return null;
        }

        try
        {
            if (request.HasFormContentType)
            {
                var form = await request.ReadFormAsync(context.RequestAborted);
                return new ChannelQuestion(form["socket_id"], form["channel_name"]);
            }

            return await JsonSerializer.DeserializeAsync(
                request.Body, ChannelAuthJson.Default.ChannelQuestion, context.RequestAborted);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidDataException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^\d{1,20}\.\d{1,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SocketId();
}

/// <summary>What a client asks to have signed.</summary>
internal sealed record ChannelQuestion(
    [property: JsonPropertyName("socket_id")] string? SocketId, [property: JsonPropertyName("channel_name")] string? ChannelName);

/// <summary>The answer: <c>key:signature</c>.</summary>
internal sealed record SignedChannel([property: JsonPropertyName("auth")] string Auth);

[JsonSerializable(typeof(ChannelQuestion))]
[JsonSerializable(typeof(SignedChannel))]
internal sealed partial class ChannelAuthJson : JsonSerializerContext;
