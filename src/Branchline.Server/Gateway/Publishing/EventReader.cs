// One pass over the body without objects in between (measured by the fan-out benchmark).
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>Reads what backends publish and holds it to the app's limits.</summary>
internal static class EventReader
{
    /// <summary>The events of a body, or what is wrong with it.</summary>
    public static (IReadOnlyList<EventBody>? Events, AppAnswer? Refusal) ReadOne(ReadOnlyMemory<byte> body, RealtimeApp app)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            if (!Utf8.IsValid(body.Span) || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return (null, NoJson);
            }

            var (one, refusal) = ReadEvent(ref reader, body, app);
            return reader.Read() ? (null, NoJson) : (one is null ? null : [one], refusal);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return (null, NoJson);
        }
    }

    /// <summary>The events of <c>{"batch":[..]}</c>, each for one channel; one wrong one refuses them all.</summary>
    public static (IReadOnlyList<EventBody>? Events, AppAnswer? Refusal) ReadBatch(ReadOnlyMemory<byte> body, RealtimeApp app)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            if (!Utf8.IsValid(body.Span) || !reader.Read() || !TryEnterBatch(ref reader))
            {
                return (null, AppAnswer.BadRequest("The body must be a JSON object with an array 'batch'"));
            }

            var events = new List<EventBody>();
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                if (events.Count == app.Limits.MaxBatch)
                {
                    return (null, AppAnswer.BadRequest($"A batch holds at most {app.Limits.MaxBatch} events"));
                }

                var (one, refusal) = ReadEvent(ref reader, body, app);
                if (one is null)
                {
                    return (null, refusal);
                }

                events.Add(one);
            }

            return reader.TokenType == JsonTokenType.EndArray ? (events, null) : (null, NoJson);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return (null, NoJson);
        }
    }

    /// <summary>Holds an event to the app's limits; what is wrong with it, or null.</summary>
    public static AppAnswer? FindObjection(string? name, IReadOnlyList<string> channels, ReadOnlyMemory<byte> data, RealtimeApp app)
    {
        var limits = app.Limits;
        if (string.IsNullOrEmpty(name))
        {
            return AppAnswer.BadRequest("An event needs a 'name'");
        }

        if (name.Length > limits.MaxEventName)
        {
            return AppAnswer.BadRequest($"An event's name is at most {limits.MaxEventName} long; this is {name.Length}");
        }

        if (data.IsEmpty)
        {
            return AppAnswer.BadRequest("An event needs 'data', a string");
        }

        if (channels.Count == 0)
        {
            return AppAnswer.BadRequest("An event needs a 'channel' or 'channels'");
        }

        if (channels.Count > limits.MaxChannelsPerEvent)
        {
            return AppAnswer.BadRequest($"An event goes to at most {limits.MaxChannelsPerEvent} channels; this one has {channels.Count}");
        }

        return SizeOf(data) is var size && size > limits.MaxEventBytes
            ? AppAnswer.TooLarge($"An event's data is at most {limits.MaxEventBytes} bytes; this is {size}")
            : null;
    }

    private static AppAnswer NoJson { get; } = AppAnswer.BadRequest("The body is not JSON of the expected shape");

    private static bool TryEnterBatch(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isBatch = reader.ValueTextEquals("batch"u8);
            reader.Read();
            if (isBatch)
            {
                return reader.TokenType == JsonTokenType.StartArray;
            }

            reader.Skip();
        }

        return false;
    }

    private static (EventBody? Event, AppAnswer? Refusal) ReadEvent(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, RealtimeApp app)
    {
        string? name = null, socketId = null, info = null;
        List<string> channels = [];
        ReadOnlyMemory<byte> data = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                data = reader.TokenType == JsonTokenType.String
                    ? body.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2)
                    : default;
                reader.Skip();
                continue;
            }

            var member = reader.GetString();
            reader.Read();
            switch (member)
            {
                case "name":
                    name = reader.GetString();
                    break;
                case "channel" when reader.GetString() is { } channel:
                    channels.Add(channel);
                    break;
                case "channels" when reader.TokenType == JsonTokenType.StartArray:
                    ReadNames(ref reader, channels);
                    break;
                case "socket_id":
                    socketId = reader.GetString();
                    break;
                case "info":
                    info = reader.GetString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return FindObjection(name, channels, data, app) is { } objection
            ? (null, objection)
            : Complete(new Draft(name!, channels, data, socketId, info), app);
    }

    private static void ReadNames(ref Utf8JsonReader reader, List<string> channels)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            channels.Add(reader.GetString() ?? "");
        }
    }

    private static (EventBody? Event, AppAnswer? Refusal) Complete(Draft draft, RealtimeApp app)
    {
        var channels = new ChannelName[draft.Channels.Count];
        for (var index = 0; index < channels.Length; index++)
        {
            var text = draft.Channels[index];
            if (!ChannelName.TryParse(text, app.Limits.MaxChannelName, out var channel))
            {
                return (null, AppAnswer.BadRequest(text.Length > app.Limits.MaxChannelName
                    ? $"A channel's name is at most {app.Limits.MaxChannelName} long; this is {text.Length}"
                    : $"'{text}' is no channel's name: it is made of A-Z a-z 0-9 _ - = @ , . ;"));
            }

            channels[index] = channel;
        }

        if (channels.Length > 1 && Array.Exists(channels, channel => channel.IsEncrypted))
        {
            return (null, AppAnswer.BadRequest("What goes to an encrypted channel goes to no other: each has a secret of its own"));
        }

        if (draft.SocketId is { Length: > 0 } && !Pusher.ChannelAuth.SocketId().IsMatch(draft.SocketId))
        {
            return (null, AppAnswer.BadRequest("socket_id is two numbers with a dot between them"));
        }

        return (new EventBody(draft.Name, channels, draft.Data, draft.SocketId, ChannelInfos.Parse(draft.Info)), null);
    }

    /// <summary>Bytes of the string itself, not of its escapes.</summary>
    private static int SizeOf(ReadOnlyMemory<byte> data)
    {
        if (data.Span.IndexOf((byte)'\\') < 0)
        {
            return data.Length - 2;
        }

        var reader = new Utf8JsonReader(data.Span);
        reader.Read();
        return Encoding.UTF8.GetByteCount(reader.GetString()!);
    }

    private sealed record Draft(string Name, IReadOnlyList<string> Channels, ReadOnlyMemory<byte> Data, string? SocketId, string? Info);
}
