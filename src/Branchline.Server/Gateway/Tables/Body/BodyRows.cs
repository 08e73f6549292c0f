using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Server.Gateway.Tables.Body;

/// <summary>One object of a body: its id when it has one, and its fields as they were sent.</summary>
internal sealed record BodyRow(Guid? Id, Dictionary<string, FieldValue> Fields);

/// <summary>
/// The rows of a body: one object, or a list of them. Only the form is looked at here; what fields hold is checked by the pipeline.
/// Members that the node keeps itself (created_at, updated_at) may be sent back as they were read and change nothing.
/// Hand-written for the single creates of bench/results; nothing is copied but the values.
/// </summary>
internal sealed class BodyRows
{
    public const int MaxRows = 1000;
    private const int LongestName = 64;

    private readonly RestTable _table;
    private readonly List<BodyRow> _rows = [];

    private BodyRows(RestTable table) => _table = table;

    public IReadOnlyList<BodyRow> Rows => _rows;

    public bool IsList { get; private set; }

    /// <summary>What is wrong with the body; the rows may not be used then.</summary>
    public Problem? Problem { get; private set; }

    public static BodyRows Parse(RestTable table, in ReadOnlySequence<byte> body)
    {
        var rows = new BodyRows(table);
        try
        {
            rows.Problem = rows.Read(body);
        }
        catch (JsonException exception)
        {
            rows.Problem = Malformed(
                "The body is not JSON",
                string.Create(CultureInfo.InvariantCulture, $"Look at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}"));
        }
        catch (InvalidOperationException)
        {
            // A string that is no Unicode text: broken UTF-8, or half of a surrogate pair.
            rows.Problem = Malformed("A text of the body is not Unicode", "Send UTF-8");
        }

        return rows;
    }

    /// <summary>A field's name as an error tells it: with its place when there are several rows.</summary>
    public string NameOf(int index, string field) =>
        IsList ? string.Create(CultureInfo.InvariantCulture, $"[{index}].{field}") : field;

    private Problem? Read(in ReadOnlySequence<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (body.IsEmpty || !reader.Read())
        {
            return Malformed("The body is empty", "Send an object, or a list of objects");
        }

        IsList = reader.TokenType == JsonTokenType.StartArray;
        var problem = IsList ? ReadList(ref reader) : ReadRow(ref reader, 0);
        if (problem is null && reader.Read())
        {
            return Malformed("Something follows the JSON", "Send one object or one list");
        }

        return problem;
    }

    private Problem? ReadList(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (_rows.Count == MaxRows)
            {
                return Problems.For(ErrorCodes.BatchTooLarge, $"The list has more than {MaxRows} rows", "Send them in several requests");
            }

            if (ReadRow(ref reader, _rows.Count) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private Problem? ReadRow(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Malformed(IsList ? $"Item {index} of the list is no object" : "The body is no object", "Send objects such as { \"name\": \"…\" }", index);
        }

        Guid? id = null;
        var fields = new Dictionary<string, FieldValue>(_table.Columns.Count, StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ReadName(ref reader);
            reader.Read();
            if (BodyValue.Read(ref reader) is not { } value)
            {
                return At(ErrorCodes.OutOfRange, index, name, "The number has too many digits", "Send a number of at most 28 digits");
            }

            if (!fields.TryAdd(name, value))
            {
                return Malformed($"The member \"{name}\" occurs twice", "Send each member once", index) with { Field = NameOf(index, name) };
            }
        }

        if (fields.Remove(RestTable.Id, out var given) && !given.IsNull)
        {
            if (!Guid.TryParseExact(given.AsText, "D", out var parsed))
            {
                return At(ErrorCodes.WrongType, index, RestTable.Id, "An id is a UUID", "Leave it out, or send such as 0193f0a1-0000-7000-8000-000000000001");
            }

            id = parsed;
        }

        fields.Remove(RestTable.CreatedAt);
        fields.Remove(RestTable.UpdatedAt);
        _rows.Add(new BodyRow(id, fields));
        return null;
    }

    /// <summary>The declared name itself where there is one, so that no string is made.</summary>
    private string ReadName(ref Utf8JsonReader reader)
    {
        if ((reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length) > LongestName)
        {
            return reader.GetString()!;
        }

        Span<char> buffer = stackalloc char[LongestName];
        var name = buffer[..reader.CopyString(buffer)];
        return _table.Names.TryGetValue(name, out var column) ? column.Name : name.ToString();
    }

    private Problem At(string code, int index, string field, string detail, string remedy) =>
        Problems.ForField(code, NameOf(index, field), detail, remedy) with { Table = _table.Name, Index = IsList ? index : null };

    private static Problem Malformed(string detail, string remedy, int? index = null) =>
        Problems.For(ErrorCodes.MalformedJson, detail, remedy) with { Index = index };
}
