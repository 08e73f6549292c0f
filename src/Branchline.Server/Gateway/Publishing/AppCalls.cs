using System.Text.Json;
using Branchline.Server.Gateway.Channels;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>What backends ask of one app, once they have shown who they are.</summary>
internal sealed class AppCalls(EventRates rates)
{
    private const string OldBody = "The body is the event's data";

    public AppAnswer Answer(Hub hub, AppRequest request, ReadOnlyMemory<byte> body)
    {
        var isPost = HttpMethods.IsPost(request.Method);
        if (!isPost && !HttpMethods.IsGet(request.Method))
        {
            return AppAnswer.Refused(StatusCodes.Status405MethodNotAllowed, "GET and POST are what this API takes");
        }

        return (isPost, request.Rest.Split('/')) switch
        {
            (true, ["events"]) => Publish(hub, body),
            (true, ["batch_events"]) => PublishBatch(hub, body),
            (true, ["channels", var name, "events"]) => PublishOld(hub, Uri.UnescapeDataString(name), request, body),
            (true, ["users", var id, "terminate_connections"]) => Terminate(hub, Uri.UnescapeDataString(id)),
            (false, ["channels"]) => ChannelQuestions.All(hub, request),
            (false, ["channels", var name]) => ChannelQuestions.One(hub, Uri.UnescapeDataString(name), request),
            (false, ["channels", var name, "users"]) => ChannelQuestions.Users(hub, Uri.UnescapeDataString(name)),
            (false, ["connections"]) => AppAnswer.Ok(json => json.WriteNumber("connections"u8, hub.Peers.Count)),
            _ => AppAnswer.Refused(StatusCodes.Status404NotFound, "There is nothing at this address"),
        };
    }

    private AppAnswer Publish(Hub hub, ReadOnlyMemory<byte> body)
    {
        var (events, refusal) = EventReader.ReadOne(body, hub.App);
        if (events is not [var one])
        {
            return refusal!;
        }

        if (Say(hub, events) is { } limited)
        {
            return limited;
        }

        return one.Info == ChannelInfo.None ? AppAnswer.Done : AppAnswer.Ok(json =>
        {
            json.WriteStartObject("channels"u8);
            foreach (var channel in one.Channels)
            {
                json.WriteStartObject(channel.Text);
                ChannelQuestions.Write(json, hub.Find(channel.Text)?.Read() ?? ChannelState.Empty(channel), one.Info & ~ChannelInfo.Cache);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private AppAnswer PublishBatch(Hub hub, ReadOnlyMemory<byte> body)
    {
        var (events, refusal) = EventReader.ReadBatch(body, hub.App);
        if (events is null)
        {
            return refusal!;
        }

        if (Say(hub, events) is { } limited)
        {
            return limited;
        }

        return events.All(one => one.Info == ChannelInfo.None) ? AppAnswer.Done : AppAnswer.Ok(json =>
        {
            json.WriteStartArray("batch"u8);
            foreach (var one in events)
            {
                json.WriteStartObject();
                var channel = one.Channels[0];
                ChannelQuestions.Write(json, hub.Find(channel.Text)?.Read() ?? ChannelState.Empty(channel), one.Info & ~ChannelInfo.Cache);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>As the first versions of the API had it: the name stands in the query, the data is the body.</summary>
    private AppAnswer PublishOld(Hub hub, string name, AppRequest request, ReadOnlyMemory<byte> body)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body.Span))
        {
            return AppAnswer.BadRequest(OldBody);
        }

        var encoded = JsonEncodedText.Encode(body.Span, PusherFrames.Escaping).EncodedUtf8Bytes;
        byte[] data = [(byte)'"', .. encoded, (byte)'"'];
        if (EventReader.FindObjection(request.Query["name"], [name], data, hub.App) is { } objection)
        {
            return objection;
        }

        if (!ChannelName.TryParse(name, hub.App.Limits.MaxChannelName, out var channel))
        {
            return AppAnswer.BadRequest($"'{name}' is no channel's name: it is made of A-Z a-z 0-9 _ - = @ , . ;");
        }

        return Say(hub, [new EventBody(request.Query["name"]!, [channel], data, request.Query["socket_id"], ChannelInfo.None)]) ?? AppAnswer.Done;
    }

    /// <summary>Publishes in order; null when nothing stood against it.</summary>
    private AppAnswer? Say(Hub hub, IReadOnlyList<EventBody> events)
    {
        if (rates.TryTake(hub.App, events.Count) is { } state)
        {
            return AppAnswer.Refused(StatusCodes.Status429TooManyRequests, $"The app publishes at most {state.Limit} events a second")
                with
            { Rate = state };
        }

        foreach (var one in events)
        {
            foreach (var channel in one.Channels)
            {
                hub.Publish(channel, new Publication(one.Name, one.Data)
                {
                    ExceptSocketId = string.IsNullOrEmpty(one.SocketId) ? null : one.SocketId,
                });
            }
        }

        return null;
    }

    private static AppAnswer Terminate(Hub hub, string userId)
    {
        foreach (var peer in hub.Users.Of(userId))
        {
            peer.Wire.Close(CloseCodes.Terminated);
        }

        return AppAnswer.Done;
    }
}
