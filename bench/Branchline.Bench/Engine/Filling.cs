namespace Branchline.Bench.Engine;

/// <summary>
/// What the node holds before anything is measured, written by pushes like everything else: so many clients in the first branch, so many
/// changes in its feed, so many clients in the second branch. It is the node's warm-up, too.
/// </summary>
internal sealed record Filling(int Rows, int Changes, int SecondRows)
{
    private const int Devices = 16;
    private const int Size = 100;

    // What is on its way lies in memory as bodies.
    private const int BatchesAtOnce = 20;

    /// <summary>What the figures are asked for with; the demo shop itself comes on top.</summary>
    public static Filling Of(double scale) => new(Hundreds(300_000 * scale), Hundreds(500_000 * scale), Hundreds(100_000 * scale));

    /// <summary>The first branch's part.</summary>
    public void Write(Seat first, List<Guid> acknowledged)
    {
        Insert(first, "bench-fill", Rows, acknowledged);
        var rows = acknowledged.Take(Changes - Rows).ToArray();
        Run(first, "bench-edit", rows.Length, (device, done, count) => device.PrepareUpdates(rows.AsSpan(done, count), Size));
    }

    /// <summary>The second branch's.</summary>
    public void WriteSecond(Seat second, List<Guid> acknowledged) => Insert(second, "bench-second", SecondRows, acknowledged);

    private static int Hundreds(double rows) => (int)(rows / Size) * Size;

    private static void Insert(Seat seat, string name, int rows, List<Guid> acknowledged)
    {
        var devices = Run(seat, name, rows, (device, _, count) => device.Prepare(count / Size, Size));
        foreach (var device in devices)
        {
            acknowledged.AddRange(device.Acknowledged);
        }
    }

    private static PushDevice[] Run(Seat seat, string name, int count, Action<PushDevice, int, int> prepare)
    {
        PushDevice[] devices = [.. Enumerable.Range(1, Devices).Select(number => new PushDevice(seat, $"{name}-{number:D2}"))];
        var share = BatchesAtOnce * Size;
        for (var done = 0; done < count;)
        {
            foreach (var device in devices)
            {
                var next = Math.Min(share, count - done);
                prepare(device, done, next);
                done += next;
            }

            _ = Crowd.Run(devices, device => device.PushAll());
        }

        Array.ForEach(devices, device => device.Dispose());
        return devices;
    }
}
