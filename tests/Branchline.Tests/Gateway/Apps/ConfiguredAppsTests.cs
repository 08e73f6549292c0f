using Branchline.Server;
using Branchline.Server.Gateway.Apps;
using Microsoft.Extensions.Configuration;

namespace Branchline.Tests.Gateway.Apps;

public sealed class ConfiguredAppsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Without_settings_there_is_one_app_whose_secret_is_kept()
    {
        var first = Read([]);
        var second = Read([]);

        Assert.True(first.IsSecretKept);
        Assert.Equal(("branchline", "branchline-key"), (first.Own.Id, first.Own.Key));
        Assert.Equal(first.Own.Secret, second.Own.Secret);
        Assert.Empty(first.Further);
    }

    [Theory]
    [InlineData("PUSHER_APP_")]
    [InlineData("REVERB_APP_")]
    [InlineData("SOKETI_DEFAULT_APP_")]
    [InlineData("Branchline:App:")]
    public void The_names_of_every_server_it_takes_the_place_of_are_read(string family)
    {
        var apps = Read(new() { [family + "ID"] = "7", [family + "KEY"] = " the-key ", [family + "SECRET"] = "the-secret" });

        Assert.Equal(("7", "the-key", "the-secret", false), (apps.Own.Id, apps.Own.Key, apps.Own.Secret, apps.IsSecretKept));
    }

    [Fact]
    public void Two_families_are_not_mixed()
    {
        var apps = Read(new() { ["PUSHER_APP_KEY"] = "", ["REVERB_APP_KEY"] = "reverb", ["SOKETI_DEFAULT_APP_ID"] = "soketi" });

        Assert.Equal(("branchline", "reverb"), (apps.Own.Id, apps.Own.Key));
    }

    [Fact]
    public void A_further_app_has_the_limits_of_the_own_one_unless_it_says_otherwise()
    {
        var apps = Read(new()
        {
            ["Branchline:App:Limits:MaxBatch"] = "50",
            ["Branchline:App:Limits:MaxEventBytes"] = "1000000",
            ["Branchline:App:AllowedOrigins:0"] = "https://shop.example",
            ["Branchline:App:Webhooks:0:Url"] = "http://10.0.0.7/hook",
            ["Branchline:Apps:0:id"] = "board",
            ["Branchline:Apps:0:key"] = "board-key",
            ["Branchline:Apps:0:secret"] = "board-secret",
            ["Branchline:Apps:0:PreviousSecrets:0"] = "board-secret-before",
            ["Branchline:Apps:0:Limits:MaxBatch"] = "20",
            ["Branchline:Apps:0:Webhooks:0:Url"] = "http://backend/hook",
            ["Branchline:Apps:0:Webhooks:0:Events:0"] = "member_added",
            ["Branchline:Apps:0:Webhooks:0:Headers:X-Gate"] = "open",
        });
        var board = Assert.Single(apps.Further);
        var app = board.ToApp(new AppSecrets(TimeProvider.System, board.Secrets));

        Assert.Equal((50, 20, 1_000_000), (apps.Own.Limits.MaxBatch, app.Limits.MaxBatch, app.Limits.MaxEventBytes));
        Assert.Empty(app.AllowedOrigins);
        var webhook = Assert.Single(app.Webhooks);
        Assert.Equal("http://backend/hook", webhook.Url);
        Assert.Equal("member_added", Assert.Single(webhook.Events));
        Assert.Equal("open", webhook.Headers["X-Gate"]);
        Assert.True(app.VerifyHex(TestApp.Of("", "", "board-secret-before").Sign("x"), "x"));
        Assert.Equal(TestApp.Of("", "", "board-secret").Sign("x"), app.Sign("x"));
    }

    [Theory]
    [InlineData("Branchline:App:Limits:MaxBatch", "0", "Branchline:App:Limits:MaxBatch")]
    [InlineData("Branchline:App:Limits:MaxBatch", "many", "Branchline:App:Limits:MaxBatch")]
    [InlineData("Branchline:App:Webhooks:0:Url", "nowhere", "Branchline:App:Webhooks:0:Url")]
    [InlineData("Branchline:Apps:0:Id", "board", "Branchline:Apps:0:Key")]
    [InlineData("PUSHER_APP_KEY", "a key with spaces", "PUSHER_APP_KEY")]
    public void A_wrong_setting_is_named(string name, string value, string named)
    {
        var refusal = Assert.Throws<StartRefusedException>(() => Read(new() { [name] = value }));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_apps_with_one_key_are_refused()
    {
        var refusal = Assert.Throws<StartRefusedException>(() => Read(new()
        {
            ["Branchline:Apps:0:Id"] = "board",
            ["Branchline:Apps:0:Key"] = "branchline-key",
            ["Branchline:Apps:0:Secret"] = "board-secret",
        }));

        Assert.Contains("branchline-key", refusal.Message, StringComparison.Ordinal);
    }

    private ConfiguredApps Read(Dictionary<string, string?> values) =>
        ConfiguredApps.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), _directory);
}
