using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Client.Live;

/// <summary>A message from the node. These are all there is.</summary>
internal abstract record LiveFrame
{
    private LiveFrame()
    {
    }

    public sealed record Welcome(LiveWelcome Message) : LiveFrame;

    public sealed record Page(FeedPage Message) : LiveFrame;

    public sealed record Pushed(LivePushed Message) : LiveFrame;

    public sealed record Refused(LiveRefused Message) : LiveFrame;

    public sealed record Pong(LivePong Message) : LiveFrame;

    public sealed record Word(LastWord Message) : LiveFrame;

    public sealed record Error(LiveError Message) : LiveFrame;

    /// <summary>A message of a later protocol: it is passed over.</summary>
    public sealed record Unknown : LiveFrame;

    /// <summary>Throws <see cref="JsonException"/> when it is no message.</summary>
    public static LiveFrame Parse(ReadOnlySpan<byte> json) => TypeOf(json) switch
    {
        "welcome" => new Welcome(Whole(JsonSerializer.Deserialize(json, ProtocolJson.Default.LiveWelcome))),
        "page" => new Page(Whole(JsonSerializer.Deserialize(json, ProtocolJson.Default.FeedPage))),
        "pushed" => new Pushed(Whole(JsonSerializer.Deserialize(json, ProtocolJson.Default.LivePushed))),
        "refused" => new Refused(Whole(JsonSerializer.Deserialize(json, ProtocolJson.Default.LiveRefused))),
        "pong" => new Pong(Whole(JsonSerializer.Deserialize(json, ProtocolJson.Default.LivePong))),
        "last_word" => new Word(Whole(JsonSerializer.Deserialize(json, ProtocolJson.Default.LastWord))),
        "error" => new Error(Whole(JsonSerializer.Deserialize(json, ProtocolJson.Default.LiveError))),
        _ => new Unknown(),
    };

    private static T Whole<T>(T? message)
        where T : class => message ?? throw new JsonException("A message is an object");

    private static string? TypeOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
            {
                return reader.GetString();
            }

            reader.Skip();
        }

        return null;
    }
}
