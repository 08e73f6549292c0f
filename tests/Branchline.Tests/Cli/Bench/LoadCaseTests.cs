using Branchline.Cli.Bench;

namespace Branchline.Tests.Cli.Bench;

public sealed class LoadCaseTests
{
    [Theory]
    [InlineData("lock", 20_000, 1000)]
    [InlineData("idle", 20_000, 10_000)]
    [InlineData("idle", 1024, 724)]
    [InlineData("burst", 1024, 692)]
    [InlineData("many", 1024, 700)]
    public void As_many_connect_as_there_may_be_open_files(string name, int files, int connections) =>
        Assert.Equal(connections, LoadCase.Named(name, 1000).FitTo(files).Connections);

    [Theory]
    [InlineData(50, 5, 10)]
    [InlineData(7, 1, 7)]
    public void Many_channels_have_ten_subscribers_each(int subscribers, int channels, int perChannel)
    {
        var many = LoadCase.Named("many", subscribers);

        Assert.Equal((channels, perChannel), (many.Channels, many.PerChannel));
    }
}
