using Branchline.Server.Gateway.Realtime;
using Branchline.Tests.Gateway;
using Branchline.Tests.Gateway.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Cli;

public sealed class RealtimeVerbTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_the_command_line_publishes_is_heard_and_seen_in_its_tail()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Directory = _directory });
        using var client = await PusherClient.ConnectAsync(node);
        await client.JoinAsync("board");
        await using var tail = Start("tail", "--channel", "bo*");
        var tails = node.Services.GetRequiredService<Tails>();
        await Eventually.AsTrueAsync(() => tails.IsOpen, () => "Nobody looks on: " + tail.Error);

        await using var publish = Start("publish", "board", "said", """{"row":7}""");
        await publish.EndAsync();
        await using var channels = Start("channels", "--search", "BOARD");
        await channels.EndAsync();

        Assert.Equal("""{"event":"said","channel":"board","data":"{\"row\":7}"}""", Assert.Single(await client.HeardAsync()));
        Assert.Equal("Said to 1 subscriptions", publish.Out.Trim());
        Assert.Matches(@"board +public +1", channels.Out);
        await tail.SaysAsync("board  said  {\"row\":7}");
    }

    [Fact]
    public async Task A_wrong_name_is_refused_in_one_sentence()
    {
        await using var node = await TestNode.StartAsync(new TestSettings { Directory = _directory });
        await using var program = Start("publish", "no room", "said");
        await program.EndAsync();

        Assert.Equal(1, program.ExitCode);
        Assert.Equal("branchline: channel: A channel's name is made of A-Z a-z 0-9 _ - = @ , . ;", program.Error.Trim());
    }

    private Program Start(params string[] words) => Program.Start(["realtime", .. words, "--data", _directory]);
}
