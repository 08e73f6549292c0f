using System.Globalization;
using System.Text;

namespace Branchline.Server.Store;

/// <summary>Who wrote a field last: the stamp's text, and the change's number.</summary>
internal readonly record struct FieldStamp(string At, long Seq);

/// <summary>Stamps of the fields written after the row's insert. As text: a line <c>field STAMP SEQ</c> each.</summary>
internal sealed class RowStamps
{
    private readonly Dictionary<string, FieldStamp> _byField = new(StringComparer.Ordinal);

    public static RowStamps Parse(string? text)
    {
        var stamps = new RowStamps();
        if (text is null)
        {
            return stamps;
        }

        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var first = line.IndexOf(' ');
            var last = line.LastIndexOf(' ');
            if (first > 0 && last > first)
            {
                var seq = long.Parse(line[(last + 1)..], CultureInfo.InvariantCulture);
                stamps._byField[line[..first].ToString()] = new FieldStamp(line[(first + 1)..last].ToString(), seq);
            }
        }

        return stamps;
    }

    public FieldStamp? Find(string field) => _byField.TryGetValue(field, out var stamp) ? stamp : null;

    public void Set(string field, FieldStamp stamp) => _byField[field] = stamp;

    public string? Format()
    {
        if (_byField.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var (field, stamp) in _byField)
        {
            text.Append(CultureInfo.InvariantCulture, $"{field} {stamp.At} {stamp.Seq}\n");
        }

        return text.ToString();
    }
}
