using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Replication.MasterSlave;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>One record of an upload as this node understands it: a write of a row, or what is wrong with it.</summary>
internal sealed record UploadRecord(JsonElement Told)
{
    private static readonly Dictionary<string, FieldValue> NoFields = [];

    // A row's members that are about the row and not of it. What the other side notes of its own rounds is nobody else's.
    private static readonly string[] Bookkeeping = ["id", "created_at", "updated_at", "deleted_at", "synced_at", "last_synced_at", "is_synced", "sync_status"];

    /// <summary>Says of a row that Laravel keeps it as deleted.</summary>
    private const string DeletedAt = "deleted_at";

    public RestTable? Table { get; private set; }

    /// <summary>The row's id as the slave told it.</summary>
    public string Id { get; private set; } = "";

    public Guid Row { get; private set; }

    public WriteKind Kind { get; private set; }

    public IReadOnlyDictionary<string, FieldValue> Fields { get; private set; } = NoFields;

    /// <summary>Fields that were sent and that only the node writes: it keeps its own values.</summary>
    public IReadOnlyList<string> Kept { get; private set; } = [];

    /// <summary>When the slave wrote it, by its clock.</summary>
    public DateTimeOffset? UpdatedAt { get; private set; }

    /// <summary>Ids of the slave's own that the record names, by table.</summary>
    public List<(string Table, string Id)> Ids { get; } = [];

    /// <summary>The same for the same record of the same slave: sent twice it is one mutation.</summary>
    public string Digest { get; private set; } = "";

    public Problem? Problem { get; private set; }

    public static UploadRecord Read(JsonElement told, RestTables tables, Identity identity)
    {
        var record = new UploadRecord(told);
        try
        {
            record.Problem = record.Read(tables, identity);
        }
        catch (InvalidOperationException)
        {
            record.Problem = Problems.For(ErrorCodes.MalformedJson, "A text of the record is not Unicode", "Send UTF-8");
        }

        return record;
    }

    private Problem? Read(RestTables tables, Identity identity)
    {
        if (Told.ValueKind != JsonValueKind.Object || TextOf("table") is not { } name)
        {
            return Problems.ForField(ErrorCodes.Required, "table", "A record names its table", Form);
        }

        if (tables.Open(name, out var table) is { } unknown)
        {
            return unknown;
        }

        Table = table;
        var hasData = Told.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object;
        if (ReadAction(data, hasData) is { } wrongAction)
        {
            return wrongAction with { Table = table.Name };
        }

        // What the queue of the slave calls the record is not the row's id where the row has one of its own.
        var idTold = hasData && data.TryGetProperty("id", out var own) ? own : Told.TryGetProperty("id", out var other) ? other : default;
        if (ForeignValue.IdText(idTold) is not { Length: > 0 and <= 255 } id)
        {
            return Problems.ForField(ErrorCodes.Required, "id", "A record has the id of its row, a number or a text", Form) with { Table = table.Name };
        }

        if (!hasData && Kind != WriteKind.Delete)
        {
            return Problems.ForField(ErrorCodes.Required, "data", "A record that is no delete has the row in data", Form) with { Table = table.Name };
        }

        var peer = SlaveTables.PeerOf(identity);
        (Id, Row) = (id, ForeignIds.RowOf(peer, table.Name, id));
        Ids.Add((table.Name, id));
        UpdatedAt = TimeIn(data, hasData);
        if (Kind != WriteKind.Delete)
        {
            ReadFields(table, data, peer, identity);
        }

        Digest = DigestOf(data, hasData);
        return null;
    }

    private Problem? ReadAction(JsonElement data, bool hasData)
    {
        var isGone = hasData && data.TryGetProperty(DeletedAt, out var at) && at.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
        switch (TextOf("action")?.ToLowerInvariant())
        {
            case "create" or "insert" or "created" when !isGone:
                Kind = WriteKind.Insert;
                return null;
            case "update" or "updated" when !isGone:
                Kind = WriteKind.Update;
                return null;
            case "delete" or "deleted" or "create" or "insert" or "created" or "update" or "updated":
                Kind = WriteKind.Delete;
                return null;
            default:
                return Problems.ForField(ErrorCodes.NotInEnum, "action", "That is no action", "Send create, update or delete");
        }
    }

    private void ReadFields(RestTable table, JsonElement data, string peer, Identity identity)
    {
        var (fields, kept) = (new Dictionary<string, FieldValue>(StringComparer.Ordinal), new List<string>());
        foreach (var member in data.EnumerateObject().Where(member => !Bookkeeping.Contains(member.Name) || table.Schema.Fields.ContainsKey(member.Name)))
        {
            var field = table.Schema.Fields.GetValueOrDefault(member.Name);
            if (field is not null && (field.Sum is not null || field.Merge == MergePolicy.ServerOnly))
            {
                kept.Add(field.Name);
                continue;
            }

            fields[member.Name] = field is null ? ForeignValue.Plain(member.Value) : ForeignValue.Read(field, member.Value, (of, id) => Named(peer, of, id));
        }

        // A slave that is one branch may not know of branches.
        if (Kind == WriteKind.Insert && table.Schema.Scope is { Kind: ScopeRule.Branch, Through: null, Field: { } owner } && identity.BranchIds is [var only])
        {
            fields.TryAdd(owner, FieldValue.Of(only));
        }

        (Fields, Kept) = (fields, kept);
    }

    private Guid Named(string peer, string table, string id)
    {
        Ids.Add((table, id));
        return ForeignIds.RowOf(peer, table, id);
    }

    private DateTimeOffset? TimeIn(JsonElement data, bool hasData)
    {
        var told = hasData && data.TryGetProperty("updated_at", out var at) ? at : Told.TryGetProperty("updated_at", out var beside) ? beside : default;
        return told.ValueKind == JsonValueKind.String && ForeignTime.TryParse(told.GetString()!, out var time) ? time : null;
    }

    private string DigestOf(JsonElement data, bool hasData)
    {
        var content = new StringBuilder().Append(Table!.Name).Append('\n').Append(Row).Append('\n').Append(Kind).Append('\n').Append(UpdatedAt?.UtcTicks).Append('\n');
        JsonProperty[] members = hasData ? [.. data.EnumerateObject()] : [];
        foreach (var member in members.OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            content.Append(member.Name).Append('=').Append(member.Value.GetRawText()).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString())));
    }

    private string? TextOf(string member) => Told.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private const string Form = "Send { \"id\": …, \"table\": \"…\", \"action\": \"create\", \"data\": { … } }";
}
