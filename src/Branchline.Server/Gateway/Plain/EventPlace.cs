using System.Globalization;
using Branchline.Server.Gateway.Messages;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Plain;

/// <summary>Where a reader of events stands: its cursor and, behind a tilde, the number of the last message to the person. Together they are an event's id.</summary>
internal sealed class EventPlace
{
    private const char Separator = '~';

    private readonly Lock _gate = new();

    /// <summary>Null when it has none.</summary>
    public string? Cursor { get; private set; }

    /// <summary>Null when it asks for no messages.</summary>
    public long? No { get; private set; }

    /// <summary>What the reader's last event said, or else its address.</summary>
    public static EventPlace Of(string lastId, IQueryCollection query)
    {
        var parts = lastId.Split(Separator);
        var place = new EventPlace
        {
            Cursor = parts[0].Length > 0 ? parts[0] : RowParameters.CursorIn(query),
            No = RowParameters.MessagesIn(query),
        };
        if (place.No is not null && long.TryParse(parts.ElementAtOrDefault(1), NumberStyles.None, CultureInfo.InvariantCulture, out var no))
        {
            place.No = no;
        }

        return place;
    }

    public void Say(EventStream stream, RowMessage message)
    {
        lock (_gate)
        {
            Cursor = message.Cursor;
            stream.Say(message.Json.Span, Id);
        }
    }

    public void Say(EventStream stream, StoredMessage message)
    {
        lock (_gate)
        {
            No = message.No;
            stream.Say(RowMessages.Message(message).Span, Id);
        }
    }

    private string Id => No is { } no ? string.Create(CultureInfo.InvariantCulture, $"{Cursor}{Separator}{no}") : Cursor!;
}
