using System.Globalization;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Replication.MasterSlave;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary><c>GET /api/sync/download</c>: the rows that changed, as they stand, and what is there no longer.</summary>
internal sealed class Downloads(
    SlaveTables tables, SlavePlaces places, ForeignIds ids, RowFeed feed, RowReader rows, FeedMarks marks, ReaderEpochs epochs, ReaderPlaces readers, TimeProvider time)
{
    private const int Usual = 500;
    private const int Most = 1000;
    private static readonly string[] OtherPaging = ["page", "offset", "cursor"];

    public async Task<IResult> DownloadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (identity, query) = (context.RequireIdentity(), context.Request.Query);
        if (Read(query, out var told, out var limit) is { } unread)
        {
            return unread;
        }

        if (tables.Find(query, identity, out var names) is { } problem)
        {
            return problem;
        }

        var view = SlaveTables.ViewOf(identity, epochs.Log, names);
        var from = places.Begin(view, told);
        if (marks.IsExpired(from))
        {
            // What was deleted since may be forgotten; the rows that are there all come once more.
            from = places.Begin(view, null);
        }

        readers.Note(new DeviceId(view.Peer), [new Cursor(epochs.Log, from)]);
        var touched = await feed.ReadAsync(new RowStretch(identity.Scopes, names, from, limit), cancellationToken);
        var records = new List<DownloadedRecord>(touched.Rows.Count);
        foreach (var row in touched.Rows)
        {
            records.Add(await RecordAsync(row, identity, view.Peer, cancellationToken));
        }

        var at = places.End(view, touched.To, [.. touched.Rows.Zip(records, (row, record) => new ToldRecord(row.Table, record.Id, row.Seq))]);
        return new DownloadResult(records, TimestampConverter.Format(at), touched.More);
    }

    private async Task<DownloadedRecord> RecordAsync(TouchedRow touched, Identity identity, string peer, CancellationToken cancellationToken)
    {
        var table = tables[touched.Table];
        var id = ids.Find(peer, table.Name, touched.Id) ?? touched.Id.ToString();
        if (await rows.FindAsync(table, touched.Id, identity.Scopes, cancellationToken) is not { } row)
        {
            return new DownloadedRecord(table.Name, id, "delete", null, TimestampConverter.Format(time.GetUtcNow()));
        }

        // A whole row in the stretch: it was made, or came into sight, since the slave read last.
        var action = touched.Fields.Names.Contains(RestTable.CreatedAt) ? "create" : "update";
        var fields = table.Fields.Values.ToDictionary(field => field.Name, field => Told(field, row.Fields.GetValueOrDefault(field.Name), peer));
        fields[RestTable.CreatedAt] = row.Fields.GetValueOrDefault(RestTable.CreatedAt);
        fields[RestTable.UpdatedAt] = row.Fields.GetValueOrDefault(RestTable.UpdatedAt);
        return new DownloadedRecord(table.Name, id, action, fields, fields[RestTable.UpdatedAt].AsText);
    }

    private FieldValue Told(FieldSchema field, FieldValue value, string peer) =>
        field.Type == FieldType.Ref && Guid.TryParse(value.AsText, out var row) && ids.Find(peer, field.Table!, row) is { } id ? ForeignIds.ValueOf(id) : value;

    private static Problem? Read(IQueryCollection query, out DateTimeOffset? told, out int limit)
    {
        (told, limit) = (null, Usual);
        if (query["last_synced_at"].ToString() is { Length: > 0 } and not "null" and var text)
        {
            if (!ForeignTime.TryParse(text, out var parsed))
            {
                return Problems.ForField(
                    ErrorCodes.ParameterInvalid, "last_synced_at", $"\"{text}\" is no time", "Send synced_at as the download before gave it, or leave it out for everything");
            }

            told = parsed;
        }

        if (query["limit"].ToString() is { Length: > 0 } wish
            && (!int.TryParse(wish, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is 0 or > Most))
        {
            return Problems.ForField(ErrorCodes.ParameterInvalid, "limit", $"\"{wish}\" is no number from 1 to {Most}", $"Leave it out for {Usual}");
        }

        return Array.Find(OtherPaging, query.ContainsKey) is { } paging
            ? Problems.ForField(ErrorCodes.ParameterInvalid, paging, "Pages are not counted here", "Send synced_at of the page before as last_synced_at while has_more is true")
            : null;
    }
}

/// <summary>A row as a slave hears of it; <paramref name="Fields"/> is null where it is gone.</summary>
internal sealed record DownloadedRecord(string Table, string Id, string Action, IReadOnlyDictionary<string, FieldValue>? Fields, string? UpdatedAt)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WritePropertyName("id"u8);
        FieldValueConverter.WriteValue(json, ForeignIds.ValueOf(Id));
        json.WriteString("table"u8, Table);
        json.WriteString("action"u8, Action);
        json.WriteStartObject("data"u8);
        json.WritePropertyName("id"u8);
        FieldValueConverter.WriteValue(json, ForeignIds.ValueOf(Id));
        foreach (var (name, value) in Fields ?? new Dictionary<string, FieldValue>())
        {
            json.WritePropertyName(name);
            FieldValueConverter.WriteValue(json, value);
        }

        json.WriteEndObject();
        json.WriteString("updated_at"u8, UpdatedAt);
        json.WriteEndObject();
    }
}
