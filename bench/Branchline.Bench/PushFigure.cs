namespace Branchline.Bench;

/// <summary>Pushed one-row mutations a second, in batches of 100 from 16 devices.</summary>
internal static class PushFigure
{
    private const int Devices = 16;
    private const int Size = 100;
    private const int WarmUpBatches = 15;
    private const int Batches = 40;
    private const int Mutations = Devices * Batches * Size;

    public static Figure Measure(Seat seat, int runs, List<Guid> acknowledged)
    {
        PushDevice[] devices = [.. Enumerable.Range(1, Devices).Select(number => new PushDevice(seat, $"bench-{number:D2}"))];
        _ = Run(devices, WarmUpBatches);
        var (rates, cpu) = (new double[runs], new double[runs]);
        for (var run = 0; run < runs; run++)
        {
            var before = seat.Node.CpuTime;
            rates[run] = Mutations / Run(devices, Batches).TotalSeconds;
            cpu[run] = (seat.Node.CpuTime - before).TotalMicroseconds / Mutations;
        }

        foreach (var device in devices)
        {
            acknowledged.AddRange(device.Acknowledged);
            device.Dispose();
        }

        return new Figure("Pushed one-row mutations, batches of 100 from 16 devices", "mutations/s", rates) { Floor = 20_000, Cpu = cpu };
    }

    private static TimeSpan Run(PushDevice[] devices, int batches)
    {
        foreach (var device in devices)
        {
            device.Prepare(batches, Size);
        }

        return Crowd.Run(devices, device => device.PushAll());
    }
}
