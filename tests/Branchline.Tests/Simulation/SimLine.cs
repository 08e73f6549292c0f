namespace Branchline.Tests.Simulation;

/// <summary>How bad things are in a run.</summary>
internal sealed record Weather
{
    public double Lost { get; init; }

    public double Doubled { get; init; }

    public int MostDelay { get; init; } = 20;
}

/// <summary>The line between a device and its node. Messages are lost, doubled, late and overtaken; the node may be down.</summary>
internal sealed class SimLine(World world, SimNode node)
{
    private const int TimeOut = 8000;

    public Weather Weather { get; set; } = new();

    /// <summary>Nothing gets through.</summary>
    public bool IsCut { get; set; }

    /// <summary>Questions get through and answers do not.</summary>
    public bool IsHalfOpen { get; set; }

    /// <summary>Asks the node. Exactly one of the two is called, unless the asker is gone by then.</summary>
    public void Ask<T>(Func<SimNode, ValueTask<T?>> serve, Func<bool> isAlive, Func<T, ValueTask> onAnswer, Func<ValueTask> onTimeOut)
        where T : class
    {
        var isSettled = false;
        async ValueTask DeliverAsync()
        {
            if (IsCut || !node.IsUp || await serve(node) is not { } answer || IsHalfOpen || world.Chance(Weather.Lost))
            {
                return;
            }

            world.In(Delay(), () => SettleAsync(() => onAnswer(answer)));
        }

        async ValueTask SettleAsync(Func<ValueTask> how)
        {
            if (!isSettled && isAlive())
            {
                isSettled = true;
                await how();
            }
        }

        if (!world.Chance(Weather.Lost))
        {
            world.In(Delay(), DeliverAsync);
        }

        if (world.Chance(Weather.Doubled))
        {
            world.In(Delay() + Delay(), DeliverAsync);
        }

        world.In(TimeOut, () => SettleAsync(onTimeOut));
    }

    private long Delay() => 1 + world.Up(Weather.MostDelay) + (world.Chance(Weather.Lost) ? world.Up(5000) : 0);
}
