using System.Buffers;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Gateway.Messages;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Store;

namespace Branchline.Server.Gateway.Plain;

/// <summary>One message for readers of rows, and the cursor they have once they took it.</summary>
internal readonly record struct RowMessage(string Cursor, ReadOnlyMemory<byte> Json, bool IsHeartbeat = false);

/// <summary>What is said to readers of rows. The golden messages in protocol/plain settle every byte.</summary>
internal static class RowMessages
{
    public static RowMessage Row(AskedTable asked, StoredRow row, string cursor, bool whole) => Write("row", cursor, json =>
    {
        WriteName(json, asked.Table.Name, row.Id);
        if (whole)
        {
            json.WritePropertyName("row"u8);
            RowJson.Write(json, row, asked.Table.Columns);
        }
    });

    /// <summary>The reader drops the row, if it has it: deleted, out of its scopes, or no longer among those it asked for.</summary>
    public static RowMessage Gone(TouchedRow row, string cursor) => Write("gone", cursor, json => WriteName(json, row.Table, row.Id));

    /// <summary>All that was missed has been said; from here on it is live.</summary>
    public static RowMessage Ready(string cursor) => Write("ready", cursor, _ => { });

    public static RowMessage Heartbeat(string cursor) => Write("heartbeat", cursor, _ => { }) with { IsHeartbeat = true };

    /// <summary>What lies between cannot be told: the reader loads anew and goes on from this cursor.</summary>
    public static RowMessage Reset(string reason, string cursor) => Write("reset", cursor, json => json.WriteString("reason"u8, reason));

    /// <summary>From person to person; it has a number in the place of a cursor.</summary>
    public static ReadOnlyMemory<byte> Message(StoredMessage message) => Write("message", null, json =>
    {
        json.WriteNumber("no"u8, message.No);
        json.WriteString("at"u8, TimestampConverter.Format(message.At));
        json.WriteStartObject("from"u8);
        json.WriteString("id"u8, message.FromId);
        json.WriteString("name"u8, message.FromName);
        json.WriteEndObject();
        json.WritePropertyName("body"u8);
        json.WriteRawValue(message.Body);
    }).Json;

    public static ReadOnlyMemory<byte> Error(Problem problem) => Write("error", null, json =>
    {
        json.WriteString("code"u8, problem.Code);
        json.WriteString("detail"u8, problem.Detail);
        foreach (var (name, value) in new[] { ("table", problem.Table), ("field", problem.Field), ("remedy", problem.Remedy) })
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }).Json;

    private static void WriteName(Utf8JsonWriter json, string table, Guid id)
    {
        json.WriteString("table"u8, table);
        json.WriteString("id"u8, id);
    }

    private static RowMessage Write(string type, string? cursor, Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, RowJson.Options);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        writeMembers(json);
        if (cursor is not null)
        {
            json.WriteString("cursor"u8, cursor);
        }

        json.WriteEndObject();
        json.Flush();
        return new RowMessage(cursor ?? "", buffer.WrittenMemory);
    }
}
