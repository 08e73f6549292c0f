namespace Branchline.Tests.Simulation;

/// <summary>
/// Virtual time and everything that is going to happen in it. One seed is one run: nothing here looks at a real clock, and what is due at the
/// same moment happens in the order in which it was planned.
/// </summary>
internal sealed class World(int seed)
{
    private readonly PriorityQueue<Func<ValueTask>, (long At, long Order)> _agenda = new();
    private long _order;

    public int Seed => seed;

    public Random Random { get; } = new(seed);

    /// <summary>Milliseconds since 1970.</summary>
    public long Now { get; private set; } = 1_790_000_000_000;

    /// <summary>Called after everything that happens.</summary>
    public Func<ValueTask>? AfterEach { get; set; }

    public void In(long milliseconds, Func<ValueTask> what) => _agenda.Enqueue(what, (Now + milliseconds, _order++));

    public bool Chance(double probability) => Random.NextDouble() < probability;

    /// <summary>A number from 0 up to, not including, a limit.</summary>
    public int Up(int to) => Random.Next(to);

    public T Pick<T>(IReadOnlyList<T> from) => from[Random.Next(from.Count)];

    /// <summary>Lets time go by: everything that is due within it happens.</summary>
    public async ValueTask PassAsync(long milliseconds)
    {
        var until = Now + milliseconds;
        while (_agenda.TryPeek(out _, out var next) && next.At <= until)
        {
            var what = _agenda.Dequeue();
            Now = next.At;
            await what();
            if (AfterEach is { } check)
            {
                await check();
            }
        }

        Now = until;
    }
}

/// <summary>The clock on somebody's wall: the world's time, as wrong as it is set.</summary>
internal sealed class WallClock(World world) : TimeProvider
{
    /// <summary>By how much it is ahead, in milliseconds. May be set at any time, also back.</summary>
    public long Ahead { get; set; }

    public override long TimestampFrequency => 1000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(world.Now + Ahead);

    public override long GetTimestamp() => world.Now;
}

/// <summary>Ids that a seed gives again.</summary>
internal sealed class SeededIds(World world, TimeProvider time) : Branchline.Server.IdSource(time)
{
    private readonly Random _random = new(world.Random.Next());

    public override Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, (world.Now << 16) + 0x7000 + (bytes[6] << 4));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
