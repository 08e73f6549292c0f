using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Realtime;

/// <summary>What a line of a tail tells of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TailKind>))]
internal enum TailKind
{
    [JsonStringEnumMemberName("connected")]
    Connected,

    [JsonStringEnumMemberName("disconnected")]
    Disconnected,

    /// <summary>Read too slowly and was sent away.</summary>
    [JsonStringEnumMemberName("dropped")]
    Dropped,

    [JsonStringEnumMemberName("subscribed")]
    Subscribed,

    [JsonStringEnumMemberName("unsubscribed")]
    Unsubscribed,

    /// <summary>A backend, a table or an administrator said something.</summary>
    [JsonStringEnumMemberName("published")]
    Published,

    /// <summary>A client said something to the others.</summary>
    [JsonStringEnumMemberName("client_event")]
    ClientEvent,

    [JsonStringEnumMemberName("member_added")]
    MemberAdded,

    [JsonStringEnumMemberName("member_removed")]
    MemberRemoved,

    [JsonStringEnumMemberName("occupied")]
    Occupied,

    [JsonStringEnumMemberName("vacated")]
    Vacated,

    [JsonStringEnumMemberName("cache_miss")]
    CacheMiss,
}

/// <summary>One thing that happened, as an administrator who looks on is shown it.</summary>
internal sealed record TailLine(TailKind Kind, string App)
{
    /// <summary>More of an event's data is not shown.</summary>
    public const int MostData = 1024;

    /// <summary>When it was shown.</summary>
    public DateTimeOffset At { get; init; }

    public string? Channel { get; init; }

    public string? Event { get; init; }

    public string? SocketId { get; init; }

    /// <summary>A person's name, or their id in a presence channel.</summary>
    public string? User { get; init; }

    /// <summary>Bytes of the data, all of it.</summary>
    public int? Size { get; init; }

    /// <summary>The beginning of the data.</summary>
    public string? Data { get; init; }

    /// <summary>Lines before this one that the looker was too slow for.</summary>
    public long? Lost { get; init; }

    public static TailLine Of(string app, string channel, in Publication publication) =>
        new(publication.IsFromClient ? TailKind.ClientEvent : TailKind.Published, app)
        {
            Channel = channel,
            Event = publication.Name,
            User = publication.UserIdJson?.Trim('"'),
            Size = publication.Data.Length,
            Data = Begin(publication.Data.Span),
        };

    /// <summary>Null for what another line tells already.</summary>
    public static TailLine? Of(string app, ChannelHappening happening) => happening switch
    {
        ChannelHappening.Occupied => new(TailKind.Occupied, app) { Channel = happening.Channel },
        ChannelHappening.Vacated => new(TailKind.Vacated, app) { Channel = happening.Channel },
        ChannelHappening.CacheMiss => new(TailKind.CacheMiss, app) { Channel = happening.Channel },
        ChannelHappening.MemberAdded added => new(TailKind.MemberAdded, app) { Channel = added.Channel, User = added.UserId },
        ChannelHappening.MemberRemoved removed => new(TailKind.MemberRemoved, app) { Channel = removed.Channel, User = removed.UserId },
        _ => null,
    };

    /// <summary>A JSON string without its quotes and escapes, anything else as it is; cut between two characters.</summary>
    private static string Begin(ReadOnlySpan<byte> data)
    {
        if (data is not [(byte)'"', ..])
        {
            return Cut(data);
        }

        var reader = new Utf8JsonReader(data);
        reader.Read();
        var text = new byte[reader.ValueSpan.Length];
        return Cut(text.AsSpan(0, reader.CopyString(text)));
    }

    private static string Cut(ReadOnlySpan<byte> text)
    {
        var length = Math.Min(text.Length, MostData);
        while (length > 0 && length < text.Length && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return Encoding.UTF8.GetString(text[..length]);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TailLine))]
internal sealed partial class TailJson : JsonSerializerContext;
