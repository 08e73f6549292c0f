using Branchline.Cli.Bench;

namespace Branchline.Tests.Cli.Bench;

public sealed class LatenciesTests
{
    [Fact]
    public void A_share_of_the_values_is_found_to_two_in_a_hundred()
    {
        var latencies = new Latencies();
        for (var microseconds = 1; microseconds <= 10_000; microseconds++)
        {
            latencies.Add(microseconds * 1000L);
        }

        Assert.Equal(5.0, latencies.Milliseconds(0.50)!.Value, tolerance: 0.1);
        Assert.Equal(9.9, latencies.Milliseconds(0.99)!.Value, tolerance: 0.2);
        Assert.Equal(10.0, latencies.Milliseconds(1)!.Value, tolerance: 0.2);
    }

    [Fact]
    public void Nothing_measured_is_no_figure() => Assert.Null(new Latencies().Milliseconds(0.99));
}
