// Written by hand: every row that is written passes here, on the writer's own thread (measured by the pushed-mutations figure of the bench).
using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Branchline.Protocol;

/// <summary>
/// The checksum of a row as it travels: 64 bits over its table, its id and every field that is not null. Rows are summed modulo 2^64, so the sum of a
/// table does not depend on any order. Both ends compute it alike; <c>protocol/sync/checksums.json</c> says how and holds examples.
/// One thread at a time.
/// </summary>
public sealed class RowChecksum
{
    private const uint SeedHigh = 0x9747b28c;
    private const uint SeedLow = 0x3c6ef372;
    private const int WordBytes = sizeof(uint);

    // Whole numbers up to here, and powers of ten up to 10^22, are exact as doubles, so their quotient is the double nearest to the decimal.
    private const long MostExact = 1L << 53;
    private const int MostExactScale = 22;

    // As deep as any message.
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = 96 };

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    // Of a row that is read as JSON: where the value of each name stands, and which name came how many-th in the row before.
    private Range?[] _places = [];
    private int[] _order = [];

    /// <summary>Sixteen hexadecimal digits, as a sum travels: JavaScript has no numbers of 64 bits.</summary>
    public static string Format(ulong sum) => sum.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The checksum of one row. The names are in ordinal order and are those of the table's fields; <c>id</c> is not among them.</summary>
    public ulong Of(string table, Guid id, IReadOnlyList<string> names, IReadOnlyDictionary<string, FieldValue> fields)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(fields);
        _bytes.ResetWrittenCount();
        WriteText(table);
        WriteId(id);
        for (var index = 0; index < names.Count; index++)
        {
            if (fields.TryGetValue(names[index], out var value) && !value.IsNull)
            {
                WriteText(names[index]);
                Write(value);
            }
        }

        return Hash();
    }

    /// <summary>
    /// The same of a row that is kept as a JSON object without an <c>id</c>, without making objects of it: a client counts every row of its file.
    /// The names are in ordinal order, in UTF-8. Compiled to the end at once, with what it calls: the count of 100,000 rows would be over before the
    /// runtime got round to it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal ulong Of(string table, Guid id, byte[][] names, ReadOnlySpan<byte> fields)
    {
        Find(names, fields);
        _bytes.ResetWrittenCount();
        WriteText(table);
        WriteId(id);
        for (var index = 0; index < names.Length; index++)
        {
            if (_places[index] is { } place && fields[place] is [not (byte)'n', ..] value)
            {
                WriteUtf8(names[index]);
                WriteJson(value);
            }
        }

        return Hash();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Find(byte[][] names, ReadOnlySpan<byte> fields)
    {
        if (_places.Length < names.Length)
        {
            _places = new Range?[names.Length];
        }

        _places.AsSpan(0, names.Length).Clear();
        var reader = new Utf8JsonReader(fields, Reading);
        reader.Read();
        for (var member = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; member++)
        {
            var name = NameOf(ref reader, names, member);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (name >= 0)
            {
                _places[name] = start..(int)reader.BytesConsumed;
            }
        }
    }

    /// <summary>The rows of a table have their members in the same order, so what stood there in the last one is tried first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int NameOf(ref Utf8JsonReader reader, byte[][] names, int member)
    {
        if (member >= _order.Length)
        {
            Array.Resize(ref _order, (member + 1) * 2);
        }

        if (_order[member] is var before && before < names.Length && reader.ValueTextEquals(names[before]))
        {
            return before;
        }

        for (var index = 0; index < names.Length; index++)
        {
            if (reader.ValueTextEquals(names[index]))
            {
                return _order[member] = index;
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteJson(ReadOnlySpan<byte> value)
    {
        switch (value[0])
        {
            case (byte)'"' when !value.Contains((byte)'\\'):
                WriteTag((byte)'s');
                WriteUtf8(value[1..^1]);
                break;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9') when Utf8Parser.TryParse(value, out double number, out var length) && length == value.Length:
                Write(number);
                break;
            default:
                var reader = new Utf8JsonReader(value, Reading);
                using (var document = JsonDocument.ParseValue(ref reader))
                {
                    Write(document.RootElement);
                }

                break;
        }
    }

    private void WriteUtf8(ReadOnlySpan<byte> text)
    {
        WriteNumber((uint)text.Length);
        _bytes.Write(text);
    }

    private void Write(FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldValueKind.Text:
                WriteTag((byte)'s');
                WriteText(value.AsText);
                break;
            case FieldValueKind.Integer:
                Write((double)value.AsInteger!.Value);
                break;
            case FieldValueKind.Decimal:
                Write(ToDouble(value.AsDecimal!.Value));
                break;
            case FieldValueKind.Boolean:
                WriteTag(value.AsBoolean == true ? (byte)'t' : (byte)'f');
                break;
            default:
                using (var document = JsonDocument.Parse(value.AsJson!))
                {
                    Write(document.RootElement);
                }

                break;
        }
    }

    private void Write(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value);
                break;
            case JsonValueKind.Array:
                WriteTag((byte)'a');
                WriteNumber((uint)value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                {
                    Write(item);
                }

                break;
            case JsonValueKind.String:
                WriteTag((byte)'s');
                WriteText(value.GetString());
                break;
            case JsonValueKind.Number:
                Write(value.GetDouble());
                break;
            default:
                WriteTag(value.ValueKind switch { JsonValueKind.True => (byte)'t', JsonValueKind.False => (byte)'f', _ => (byte)'n' });
                break;
        }
    }

    // Of a name that stands twice the last counts, as in JavaScript.
    private void WriteObject(JsonElement value)
    {
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        WriteTag((byte)'o');
        WriteNumber((uint)members.Count);
        foreach (var (name, member) in members)
        {
            WriteText(name);
            Write(member);
        }
    }

    private static double ToDouble(decimal number)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(number, parts);
        var scale = (parts[3] >> 16) & 0xFF;
        var digits = ((ulong)(uint)parts[1] << 32) | (uint)parts[0];
        return parts[2] == 0 && digits <= MostExact && scale <= MostExactScale
            ? (parts[3] < 0 ? -1 : 1) * (digits / Powers[scale])
            : double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static readonly double[] Powers =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    // Minus nought is nought.
    private void Write(double number)
    {
        WriteTag((byte)'d');
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), number == 0 ? 0 : number);
        _bytes.Advance(sizeof(double));
    }

    private void WriteTag(byte tag)
    {
        _bytes.GetSpan(1)[0] = tag;
        _bytes.Advance(1);
    }

    private void WriteNumber(uint number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(WordBytes), number);
        _bytes.Advance(WordBytes);
    }

    private void WriteText(string? text)
    {
        var most = WordBytes + Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0);
        var span = _bytes.GetSpan(most);
        var length = Encoding.UTF8.GetBytes(text, span[WordBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)length);
        _bytes.Advance(WordBytes + length);
    }

    private void WriteId(Guid id)
    {
        const int Length = 36;
        WriteNumber(Length);
        id.TryFormat(_bytes.GetSpan(Length), out _);
        _bytes.Advance(Length);
    }

    /// <summary>Two lanes of 32 bits in the manner of MurmurHash3, each mixed to the end: JavaScript multiplies 32 bits at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong Hash()
    {
        var length = (uint)_bytes.WrittenCount;
        _bytes.GetSpan(WordBytes)[..WordBytes].Clear();
        _bytes.Advance((WordBytes - (int)(length % WordBytes)) % WordBytes);
        var (high, low) = (SeedHigh, SeedLow);
        for (var rest = _bytes.WrittenSpan; rest.Length > 0; rest = rest[WordBytes..])
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            high = (BitOperations.RotateLeft(high ^ (BitOperations.RotateLeft(word * 0xcc9e2d51, 15) * 0x1b873593), 13) * 5) + 0xe6546b64;
            low = (BitOperations.RotateLeft(low ^ (BitOperations.RotateLeft(word * 0x239b961b, 16) * 0xab0e9789), 17) * 5) + 0x561ccd1b;
        }

        return ((ulong)Finish(high ^ length) << 32) | Finish(low ^ length);
    }

    private static uint Finish(uint hash)
    {
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }
}
