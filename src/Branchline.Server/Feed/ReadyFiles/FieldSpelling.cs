// Written for speed, as ReadyFileRows is: most fields are text without anything to escape, which is copied and not walked through letter by letter.
using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Protocol.Schema;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>Spells a row's field with its name as JSON, in the same bytes as a snapshot has it.</summary>
internal sealed class FieldSpelling : IDisposable
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(letter => (byte)letter).Except("\"\\"u8.ToArray())]);
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Column _column;
    private readonly bool _isText;
    private readonly byte[] _name;
    private readonly Utf8JsonWriter _json = new(Stream.Null, Relaxed);

    public FieldSpelling(Column column)
    {
        _column = column;
        _isText = column.Type is not (FieldType.Integer or FieldType.Money or FieldType.Boolean or FieldType.Decimal or FieldType.Json);
        _name = Encoding.UTF8.GetBytes($",\"{JsonEncodedText.Encode(column.Name)}\":");
    }

    /// <summary>Appends <c>,"name":value</c>; nothing when the field is null.</summary>
    public void Append(ArrayBufferWriter<byte> output, Statement select, int index)
    {
        if (select.IsNull(index))
        {
            return;
        }

        if (_isText && select.Utf8(index) is var text && !text.ContainsAnyExcept(Plain))
        {
            AppendPlain(output, text);
            return;
        }

        output.Write(_name);
        _json.Reset(output);
        FieldCodec.Write(_json, select, index, _column);
        _json.Flush();
    }

    public void Dispose() => _json.Dispose();

    private void AppendPlain(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        var (start, length) = (_name.Length + 1, _name.Length + text.Length + 2);
        var span = output.GetSpan(length);
        _name.CopyTo(span);
        span[start - 1] = (byte)'"';
        text.CopyTo(span[start..]);
        span[length - 1] = (byte)'"';
        output.Advance(length);
    }
}
