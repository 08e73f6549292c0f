using System.Text;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Tests.Gateway.Apps;

public sealed class AppSecretsTests
{
    private const string Text = "1234.1234:private-foobar";
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private readonly TestClock _clock = new();

    [Fact]
    public void A_previous_secret_is_believed_until_its_time_and_not_a_moment_longer()
    {
        var app = Rotated(out var old);
        var signedBefore = old.Authorize(Text);

        Assert.True(app.Verify(signedBefore, Text));
        Assert.True(app.Verify(app.Authorize(Text), Text));
        Assert.NotEqual(signedBefore, app.Authorize(Text));

        _clock.Advance(Day);

        Assert.False(app.Verify(signedBefore, Text));
        Assert.True(app.Verify(app.Authorize(Text), Text));
    }

    [Fact]
    public void Whoever_holds_an_older_image_of_the_app_knows_the_new_secret()
    {
        var held = Rotated(out _);
        var next = held with { Name = "Renamed" };
        next.Secrets.Replace(new AppSecret("third"));

        Assert.True(held.Verify(next.Authorize(Text), Text));
    }

    [Fact]
    public void A_peer_that_does_not_know_the_new_secret_is_signed_for_with_the_old_one_in_turn()
    {
        var app = Rotated(out var old);
        var body = Encoding.UTF8.GetBytes(Text);

        Assert.Equal(app.Sign(Text), app.Secrets.Sign(body));
        Assert.Equal(old.Sign(Text), app.Secrets.Sign(body, turn: 1));
        Assert.Equal(app.Sign(Text), app.Secrets.Sign(body, turn: 2));

        _clock.Advance(Day);

        Assert.Equal(app.Sign(Text), app.Secrets.Sign(body, turn: 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€")]
    public void What_is_no_signature_is_refused(string hex)
    {
        var app = TestApp.Of("1", "key", "secret");

        Assert.False(app.VerifyHex(hex, Text));
        Assert.False(app.Verify("key:" + hex, Text));
        Assert.True(app.VerifyHex(app.Sign(Text), Text));
        Assert.False(app.VerifyHex(app.Sign(Text).ToUpperInvariant(), Text));
    }

    [Fact]
    public void A_long_text_is_signed_as_a_short_one_is()
    {
        var app = TestApp.Of("1", "key", "secret");
        var text = new string('é', 20_000);

        Assert.True(app.VerifyHex(app.Secrets.Sign(Encoding.UTF8.GetBytes(text)), text));
    }

    [Fact]
    public void Neither_an_app_nor_its_secrets_show_a_secret()
    {
        var app = TestApp.Of("1", "key", "very-secret");

        Assert.DoesNotContain("very-secret", $"{app} {app.Secrets} {app.Secrets.Valid[0]} {new AppSettings { Secret = "very-secret" }}", StringComparison.Ordinal);
    }

    private RealtimeApp Rotated(out RealtimeApp old)
    {
        old = TestApp.Of("1", "key", "old");
        var until = _clock.GetUtcNow() + Day;
        return new RealtimeApp("1", "key", new AppSecrets(_clock, new AppSecret("new"), new AppSecret("old", until)));
    }
}
