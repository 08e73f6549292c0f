// Written by hand: every commit passes here, on the writer's own thread (measured by the pushed-mutations figure of the bench).
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Feed.Events;

/// <summary>
/// What the changes of one commit cause, encoded once: for the subscribers of this moment, and for the log, from which
/// those who were away are told. Escaped as little as JSON allows: the default encoder would write every quote as six characters.
/// </summary>
internal sealed class EventWriter
{
    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly List<Place> _places = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <summary>The events in the order of the changes.</summary>
    public static IReadOnlyList<TableEvent> Write(IReadOnlyList<CommittedChange> changes)
    {
        var writer = new EventWriter();
        foreach (var change in changes)
        {
            foreach (var rule in change.Table.Events)
            {
                if (rule is { Channel: not null, Name: not null } && change.Causes(rule))
                {
                    writer.Add(change, rule);
                }
            }
        }

        return writer._places.ConvertAll(writer.At);
    }

    private void Add(CommittedChange change, EventRule rule)
    {
        var start = _buffer.WrittenCount;
        using (var json = new Utf8JsonWriter(_buffer, Plain))
        {
            WriteData(json, change, rule);
        }

        _places.Add(new Place(change, rule, start, _buffer.WrittenCount - start));
    }

    /// <summary>The row's id and the fields the rule lets travel; a field without a value is null.</summary>
    private static void WriteData(Utf8JsonWriter json, CommittedChange change, EventRule rule)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, change.Id);
        foreach (var field in rule.Fields)
        {
            if (field != "id")
            {
                json.WritePropertyName(field);
                FieldValueConverter.WriteValue(json, change.Row?.GetValueOrDefault(field) ?? FieldValue.Null);
            }
        }

        json.WriteEndObject();
    }

    private TableEvent At(Place place) => new(
        place.Change.Seq, place.Change.Scope, place.Rule.Channel!, place.Rule.NameFor(place.Change),
        _buffer.WrittenMemory.Slice(place.Start, place.Length), place.Change.ExceptSocketId);

    /// <summary>Where an event's data stands; the buffer moves while it grows.</summary>
    private readonly record struct Place(CommittedChange Change, EventRule Rule, int Start, int Length);
}
