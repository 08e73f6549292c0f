using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Branchline.Server.Monitor;

/// <summary>One instrument and all that was measured with it, by its tags. Written from any thread, read by whoever asks for the text.</summary>
internal sealed class Figure
{
    private readonly ConcurrentDictionary<string, Cell> _cells = new(StringComparer.Ordinal);
    private readonly Kind _kind;

    private enum Kind
    {
        Counter,
        Gauge,
        Histogram,
    }

    public Figure(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        _kind = generic == typeof(Histogram<>) ? Kind.Histogram
            : generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? Kind.Counter
            : Kind.Gauge;
        Instrument = instrument;
        Name = NameOf(instrument, _kind);
    }

    public Instrument Instrument { get; }

    public string Name { get; }

    /// <summary>What an observed instrument tells is all there is of it: what it told before is out of date.</summary>
    public void Forget()
    {
        if (Instrument.IsObservable)
        {
            _cells.Clear();
        }
    }

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var cell = _cells.GetOrAdd(tags.IsEmpty ? "" : Labels(tags), static (_, kind) => new Cell(kind == Kind.Histogram), _kind);
        if (_kind == Kind.Gauge || Instrument.IsObservable)
        {
            cell.Set(value);
        }
        else
        {
            cell.Add(value);
        }
    }

    public void WriteTo(StringBuilder text)
    {
        if (_cells.IsEmpty)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {Instrument.Description}\n# TYPE {Name} {_kind.ToString().ToLowerInvariant()}\n");
        foreach (var (labels, cell) in _cells.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            cell.WriteTo(text, Name, labels);
        }
    }

    private static string NameOf(Instrument instrument, Kind kind) =>
        instrument.Name.Replace('.', '_')
        + (instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" })
        + (kind == Kind.Counter ? "_total" : "");

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            var escaped = $"{value}".Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length == 0 ? "" : ",").Append(name.Replace('.', '_')).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }
}
