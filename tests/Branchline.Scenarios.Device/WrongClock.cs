using System.Globalization;

namespace Branchline.Scenarios.Device;

/// <summary>The system's clock, off by some hours. One that jumps is off by something else every now and then.</summary>
internal sealed class WrongClock : TimeProvider
{
    private const int MostMinutes = 24 * 60;
    private readonly Random? _jumps;

    // Ticks. Written by the till, read by everybody.
    private long _off;

    private WrongClock(TimeSpan off, Random? jumps)
    {
        _off = off.Ticks;
        _jumps = jumps;
    }

    public static WrongClock Of(string name) => name switch
    {
        "right" => new WrongClock(TimeSpan.Zero, null),
        "jumping" => new WrongClock(TimeSpan.Zero, new Random()),
        _ => new WrongClock(TimeSpan.FromHours(double.Parse(name, CultureInfo.InvariantCulture)), null),
    };

    /// <summary>Somebody sets the clock; forwards or backwards, a day at most.</summary>
    public void Jump()
    {
        if (_jumps is not null)
        {
            Volatile.Write(ref _off, TimeSpan.FromMinutes(_jumps.Next(-MostMinutes, MostMinutes)).Ticks);
        }
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _off));
}
