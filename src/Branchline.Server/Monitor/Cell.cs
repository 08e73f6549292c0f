using System.Globalization;
using System.Text;

namespace Branchline.Server.Monitor;

/// <summary>The value of an instrument for one set of tags: a number, or a histogram of seconds.</summary>
internal sealed class Cell(bool isHistogram)
{
    /// <summary>From a tenth of a millisecond to ten seconds: a publish, a commit on a slow disk.</summary>
    private static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

    private readonly Lock _gate = new();
    private readonly long[] _buckets = isHistogram ? new long[Bounds.Length] : [];
    private double _value;
    private long _count;

    public void Set(double value)
    {
        lock (_gate)
        {
            _value = value;
        }
    }

    /// <summary>Adds to a counter, or counts a measurement in a histogram.</summary>
    public void Add(double value)
    {
        lock (_gate)
        {
            _value += value;
            _count++;
            for (var index = 0; index < _buckets.Length; index++)
            {
                if (value <= Bounds[index])
                {
                    _buckets[index]++;
                    break;
                }
            }
        }
    }

    public void WriteTo(StringBuilder text, string name, string labels)
    {
        lock (_gate)
        {
            if (!isHistogram)
            {
                Write(text, name, labels, _value);
                return;
            }

            var separator = labels.Length == 0 ? "" : ",";
            var below = 0L;
            for (var index = 0; index < Bounds.Length; index++)
            {
                below += _buckets[index];
                Write(text, name + "_bucket", string.Create(CultureInfo.InvariantCulture, $"{labels}{separator}le=\"{Bounds[index]}\""), below);
            }

            Write(text, name + "_bucket", $"{labels}{separator}le=\"+Inf\"", _count);
            Write(text, name + "_sum", labels, _value);
            Write(text, name + "_count", labels, _count);
        }
    }

    private static void Write(StringBuilder text, string name, string labels, double value) => text
        .Append(name).Append(labels.Length == 0 ? "" : "{").Append(labels).Append(labels.Length == 0 ? "" : "}")
        .Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
