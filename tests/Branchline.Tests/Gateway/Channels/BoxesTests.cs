using System.Text;
using System.Text.Json;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Tests.Gateway.Channels;

/// <summary>The vector is that of the protocol's golden file.</summary>
public sealed class BoxesTests
{
    private const string Channel = "private-encrypted-foo";

    private static readonly RealtimeApp App = new("1", "key", new AppSecrets(TimeProvider.System, new AppSecret("secret")))
    {
        EncryptionKey = Convert.FromBase64String("nxzvbGF+f8FGhk/jOaZvgMle1tqxzF/VfUZLBLhhaH0="),
    };

    [Fact]
    public void A_channels_secret_follows_from_its_name_and_the_master_key() =>
        Assert.Equal("l8aZjyhYgVd1oAlAsuL4FkYEFvMp39OvXjZMWaFf1Is=", Boxes.SharedSecret(App, Channel));

    [Fact]
    public void A_box_is_what_nacl_makes_of_it()
    {
        byte[] nonce = [.. Enumerable.Range(0, 24).Select(number => (byte)number)];
        var box = Boxes.Seal(Convert.FromBase64String(Boxes.SharedSecret(App, Channel)), nonce, """{"a":1}"""u8);
        Assert.Equal("VaILxJhH2Dz21nODJFMbEcPHjIEpqJE=", Convert.ToBase64String(box));
    }

    [Fact]
    public void Boxes_of_every_length_are_those_of_nacl()
    {
        using var golden = JsonDocument.Parse(GoldenFile.Read("pusher/encrypted.json"));
        Assert.All(golden.RootElement.GetProperty("boxes").EnumerateArray(), vector => Assert.Equal(
            vector.GetProperty("box").GetString(),
            Convert.ToBase64String(Boxes.Seal(
                vector.GetProperty("key").GetBytesFromBase64(),
                vector.GetProperty("nonce").GetBytesFromBase64(),
                vector.GetProperty("message").GetBytesFromBase64()))));
    }

    [Fact]
    public void Two_boxes_of_the_same_words_are_not_alike()
    {
        var (one, other) = (Boxes.Seal(App, Channel, "{}"u8), Boxes.Seal(App, Channel, "{}"u8));
        Assert.NotEqual(Encoding.UTF8.GetString(one.Span), Encoding.UTF8.GetString(other.Span));
        using var box = JsonDocument.Parse(one);
        Assert.Equal(24, box.RootElement.GetProperty("nonce").GetBytesFromBase64().Length);
    }

    [Fact]
    public void Without_a_master_key_the_secret_follows_from_the_apps_own_and_from_the_channel()
    {
        var plain = App with { EncryptionKey = null };
        Assert.NotEqual(Boxes.SharedSecret(App, Channel), Boxes.SharedSecret(plain, Channel));
        Assert.NotEqual(Boxes.SharedSecret(plain, Channel), Boxes.SharedSecret(plain, Channel + "2"));
    }
}
