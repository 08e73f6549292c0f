namespace Branchline.Bench.Chain;

/// <summary>Devices that write clients of one branch at a node: before the clock runs, so only the line between the nodes is measured.</summary>
internal sealed class Load(Seat seat, string name) : IDisposable
{
    private const int Devices = 8;
    private const int Size = 100;
    private readonly PushDevice[] _devices = [.. Enumerable.Range(1, Devices).Select(number => new PushDevice(seat, $"{name}-{number}"))];

    /// <summary>The rows that were acknowledged.</summary>
    public IEnumerable<Guid> Acknowledged => _devices.SelectMany(device => device.Acknowledged);

    /// <summary>Writes at least so many rows; answers how many.</summary>
    public int Write(int rows)
    {
        var batches = Math.Max(1, (rows + (Devices * Size) - 1) / (Devices * Size));
        foreach (var device in _devices)
        {
            device.Prepare(batches, Size);
        }

        Crowd.Run(_devices, device => device.PushAll());
        return batches * Devices * Size;
    }

    public void Dispose() => Array.ForEach(_devices, device => device.Dispose());
}
