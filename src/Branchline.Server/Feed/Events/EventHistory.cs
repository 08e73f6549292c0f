using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Events;

/// <summary>
/// The events of every commit, kept with it: the log of changes alone could not tell them again, because rules tell fields that a change
/// did not touch, and moves that only its writer knew of. One entry for each channel and commit.
/// </summary>
internal sealed class EventHistory(SqliteStore store)
{
    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <summary>The log's own epoch: changes of another are none of these.</summary>
    public string Epoch => store.Epoch;

    /// <summary>Keeps a commit's events, in its transaction. The writer's thread only.</summary>
    public void Append(WriteSession session, IReadOnlyList<TableEvent> events)
    {
        foreach (var channel in events.GroupBy(one => one.Channel, StringComparer.Ordinal))
        {
            _buffer.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_buffer, Plain))
            {
                Write(json, channel);
            }

            session.AppendEvents(channel.Key, events[^1].Seq, _buffer.WrittenSpan);
        }
    }

    /// <summary>
    /// A channel's events of the changes after one up to another, oldest first. Null when there are more than <paramref name="most"/>, or
    /// when so old ones are not kept.
    /// </summary>
    public async Task<IReadOnlyList<TableEvent>?> ReadAsync(string channel, long after, long to, int most, CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        var events = new List<TableEvent>();
        var statement = lease.Database.Prepare("SELECT json FROM _events WHERE channel = ?1 AND last > ?2 ORDER BY last").Bind(1, channel).Bind(2, after);
        try
        {
            while (statement.Step() && Read(statement.Utf8(0), channel, (after, to), events))
            {
                if (events.Count > most)
                {
                    return null;
                }
            }

            // Asked last, because old ones may go while these are read.
            return after < FirstKept(lease.Database) ? null : events;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The change from which on events were kept: a file that is older than this table has none of the changes before.</summary>
    private static long FirstKept(Database database)
    {
        var statement = database.Prepare("SELECT CAST(value AS INTEGER) FROM _meta WHERE key = 'events_from'");
        var first = statement.Step() ? statement.Integer(0) : long.MaxValue;
        statement.Reset();
        return first;
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<TableEvent> events)
    {
        json.WriteStartArray();
        foreach (var one in events)
        {
            json.WriteStartObject();
            json.WriteNumber("seq"u8, one.Seq);
            json.WriteString("scope"u8, one.Scope);
            json.WriteString("name"u8, one.Name);
            if (one.ExceptSocketId is { } except)
            {
                json.WriteString("except"u8, except);
            }

            json.WritePropertyName("data"u8);
            json.WriteRawValue(one.Data.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>False once an event lies beyond the stretch: whatever follows does, too.</summary>
    private static bool Read(ReadOnlySpan<byte> entry, string channel, (long After, long To) stretch, List<TableEvent> events)
    {
        using var document = JsonDocument.Parse(entry.ToArray());
        foreach (var one in document.RootElement.EnumerateArray())
        {
            var seq = one.GetProperty("seq"u8).GetInt64();
            if (seq > stretch.To)
            {
                return false;
            }

            if (seq > stretch.After)
            {
                events.Add(new TableEvent(
                    seq, one.GetProperty("scope"u8).GetString()!, channel, one.GetProperty("name"u8).GetString()!,
                    Raw(one.GetProperty("data"u8)), one.TryGetProperty("except"u8, out var except) ? except.GetString() : null));
            }
        }

        return true;
    }

    /// <summary>As it was written, byte for byte.</summary>
    private static byte[] Raw(JsonElement data) => JsonMarshal.GetRawUtf8Value(data).ToArray();
}
