using System.Diagnostics.Metrics;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>How often ready files were made and given, and what they take of the disk.</summary>
internal sealed class ReadyFileMeter
{
    private readonly Counter<long> _made;
    private readonly Counter<long> _taken;
    private long _bytes;

    public ReadyFileMeter(IMeterFactory meters)
    {
        var meter = meters.Create(NodeMeter.Name);
        _made = meter.CreateCounter<long>("branchline.database.made", "{file}", "Ready database files made.");
        _taken = meter.CreateCounter<long>("branchline.database.taken", "{request}", "Ready database files, or the rest of one, given to somebody who asked.");
        meter.CreateObservableGauge("branchline.database.bytes", () => Volatile.Read(ref _bytes), "By", "What ready database files take of the disk.");
    }

    public void Made() => _made.Add(1);

    public void Taken() => _taken.Add(1);

    public void Keeps(long bytes) => Volatile.Write(ref _bytes, bytes);
}
