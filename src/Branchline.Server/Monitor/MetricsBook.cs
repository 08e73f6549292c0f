using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Branchline.Server.Monitor;

/// <summary>The figures of this node and of its runtime, as Prometheus reads them (text format, version 0.0.4).</summary>
internal sealed class MetricsBook : IDisposable
{
    private const string Runtime = "System.Runtime";

    private readonly IMeterFactory _meters;
    private readonly ConcurrentDictionary<Instrument, Figure> _figures = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _reading = new();

    public MetricsBook(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = Follow;
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, figure) => ((Figure)figure!).Take(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, figure) => ((Figure)figure!).Take(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, figure) => ((Figure)figure!).Take(value, tags));
    }

    public void Open() => _listener.Start();

    public string Read()
    {
        lock (_reading)
        {
            Figure[] figures = [.. _figures.Values.OrderBy(figure => figure.Name, StringComparer.Ordinal)];
            Array.ForEach(figures, figure => figure.Forget());
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            Array.ForEach(figures, figure => figure.WriteTo(text));
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    // Only what this node measures: a process may hold several. The runtime's figures are those of the process.
    private void Follow(Instrument instrument, MeterListener listener)
    {
        var isOurs = instrument.Meter.Name == NodeMeter.Name && ReferenceEquals(instrument.Meter.Scope, _meters);
        if (isOurs || (instrument.Meter.Name == Runtime && instrument.IsObservable))
        {
            listener.EnableMeasurementEvents(instrument, _figures.GetOrAdd(instrument, static made => new Figure(made)));
        }
    }
}
