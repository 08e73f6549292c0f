using Branchline.Server;

namespace Branchline.Tests.Cli;

public sealed class EnvironmentValuesTests
{
    [Fact]
    public void An_env_file_is_read_as_its_owner_wrote_it()
    {
        string[] lines =
        [
            "# sockets",
            "PUSHER_APP_KEY=merchantrack-key",
            "export WEBSOCKET_PORT=6001",
            "APP_NAME=\"The shop # one\" # a comment",
            "EMPTY=",
            "QUOTED='as is'",
            "URL=redis://a?b=c # a comment",
            "Branchline__Access__Origins__0=https://shop.example",
            "not a setting",
        ];

        Assert.Equal(
            [
                ("PUSHER_APP_KEY", "merchantrack-key"),
                ("WEBSOCKET_PORT", "6001"),
                ("APP_NAME", "The shop # one"),
                ("EMPTY", ""),
                ("QUOTED", "as is"),
                ("URL", "redis://a?b=c"),
                ("Branchline:Access:Origins:0", "https://shop.example"),
            ],
            EnvironmentValues.Parse(lines));
    }
}
