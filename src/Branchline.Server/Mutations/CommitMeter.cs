using System.Diagnostics.Metrics;

namespace Branchline.Server.Mutations;

/// <summary>How long commits take, and how much waits for one. Written by the commit loop.</summary>
internal sealed class CommitMeter
{
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _mutations;
    private readonly Counter<long> _failures;

    public CommitMeter(IMeterFactory meters, WriteQueue queue)
    {
        var meter = meters.Create(NodeMeter.Name);
        _duration = meter.CreateHistogram<double>("branchline.commit.duration", "s", "From the first row written to the disk's word.");
        _mutations = meter.CreateCounter<long>("branchline.commit.mutations", "{mutation}", "Mutations answered.");
        _failures = meter.CreateCounter<long>("branchline.commit.failures", "{commit}", "Commits that failed: nothing of them was applied.");
        meter.CreateObservableGauge("branchline.commit.queue.length", () => queue.Count, "{job}", "Jobs that wait for the writer.");
    }

    public void Succeeded(TimeSpan took, int mutations)
    {
        _duration.Record(took.TotalSeconds);
        _mutations.Add(mutations);
    }

    public void Failed() => _failures.Add(1);
}
