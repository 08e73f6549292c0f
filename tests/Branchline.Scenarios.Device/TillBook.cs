using System.Text;

namespace Branchline.Scenarios.Device;

/// <summary>What this till may be held to, a line each, on the disk before anything else is done.</summary>
internal sealed class TillBook(string file) : IDisposable
{
    // Under the gate: two tell of what happened, the seller and the watcher.
    private readonly Lock _gate = new();
    private readonly FileStream _stream = new(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Write(string line)
    {
        lock (_gate)
        {
            _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
            _stream.Flush(flushToDisk: true);
        }
    }

    public void Dispose() => _stream.Dispose();
}
