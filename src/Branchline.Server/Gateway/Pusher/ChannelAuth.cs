using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Gateway.Channels.Rights;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Pusher;

/// <summary>
/// Signs for private, presence and encrypted channels in the place of a PHP backend: the person comes from the session cookie or a bearer token.
/// The signature lets them hear rows of their own scopes and no others, see <see cref="Grants"/>.
/// </summary>
internal static partial class ChannelAuth
{
    private const int LargestBody = 64 * 1024;

    public static async Task<IResult> SignAsync(HttpContext context, Hubs hubs, ChannelAccess access, Origins origins)
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

        var app = hubs.Own.App;
        if (!ChannelName.TryParse(text, app.Limits.MaxChannelName, out var channel) || !channel.IsPrivate)
        {
            return Forbidden("Only private and presence channels need a signature");
        }

        if (access.ForPrivate(channel, identity) is not ChannelVerdict.Granted granted)
        {
            return Forbidden($"The role '{identity.Role}' may not hear '{text}'");
        }

        if (FindObjection(hubs, socketId, text, new Grant(listener, granted)) is { } objection)
        {
            return objection;
        }

        return Results.Json(Sign(app, channel, socketId, identity), ChannelAuthJson.Default.SignedChannel);
    }

    private static SignedChannel Sign(RealtimeApp app, ChannelName channel, string socketId, Identity identity)
    {
        var data = channel.IsPresence ? UserAuth.MemberOf(identity) : null;
        var signed = data is null ? $"{socketId}:{channel.Text}" : $"{socketId}:{channel.Text}:{data}";
        return new SignedChannel(app.Authorize(signed), data, channel.IsEncrypted ? Boxes.SharedSecret(app, channel.Text) : null);
    }

    /// <summary>Remembers the grant with its connection, or says why nothing may be signed for it. An id that is not connected can never become so: its signature opens nothing.</summary>
    internal static Problem? FindObjection(Hubs hubs, string socketId, string channel, Grant grant) =>
        (hubs.Own.Peers.Find(socketId) as PusherConnection)?.TryGrant(channel, grant) switch
        {
            Granting.Taken => new Problem(ErrorCodes.ConnectionTaken, "This connection serves another person, whose session came with its handshake or who asked for it first; sign that one out or connect again without that session, and ask for the new connection"),
            Granting.Full => Forbidden("Signatures for as many channels as a connection may hold were made (Gateway:MaxChannels); connect again"),
            _ => null,
        };

    internal static Problem Forbidden(string detail) => new(ErrorCodes.AccessDenied, detail);

    internal static async Task<ChannelQuestion?> ReadAsync(HttpContext context)
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
        catch (Exception malformed) when (malformed is JsonException or InvalidDataException or IOException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^\d{1,20}\.\d{1,20}\z", RegexOptions.CultureInvariant)]
    internal static partial Regex SocketId();
}

/// <summary>What a client asks to have signed.</summary>
internal sealed record ChannelQuestion(
    [property: JsonPropertyName("socket_id")] string? SocketId, [property: JsonPropertyName("channel_name")] string? ChannelName);

/// <summary>The answer: <c>key:signature</c>, who comes into a presence channel, and what opens the boxes of an encrypted one.</summary>
internal sealed record SignedChannel(
    [property: JsonPropertyName("auth")] string Auth,
    [property: JsonPropertyName("channel_data"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ChannelData,
    [property: JsonPropertyName("shared_secret"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SharedSecret);

[JsonSerializable(typeof(ChannelQuestion))]
[JsonSerializable(typeof(SignedChannel))]
[JsonSerializable(typeof(SignedUser))]
internal sealed partial class ChannelAuthJson : JsonSerializerContext;
