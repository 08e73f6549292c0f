using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Server.Mutations;

namespace Branchline.Tests.Golden;

/// <summary>Replays protocol/sync/stamps.json: both ends write and order stamps alike.</summary>
public sealed class StampsTests
{
    private static readonly JsonNode Golden = JsonNode.Parse(Repository.ReadBytes("protocol/sync/stamps.json"))!;

    [Fact]
    public void A_stamp_is_written_as_the_browser_writes_it_and_read_back()
    {
        foreach (var one in Golden["encode"]!.AsArray())
        {
            var stamp = new Stamp((long)one!["ms"]!, (int)one["counter"]!, new DeviceId((string)one["device"]!));
            Assert.Equal((string)one["stamp"]!, stamp.ToString());
            Assert.True(Stamp.TryParse((string)one["stamp"]!, out var read));
            Assert.Equal(stamp, read);
        }
    }

    [Fact]
    public void Later_stamps_are_greater_as_stamps_and_as_text()
    {
        var texts = Golden["ascending"]!.AsArray().Select(one => (string)one!).ToList();
        Assert.Equal(texts, texts.Order(StringComparer.Ordinal));
        foreach (var (earlier, later) in texts.Zip(texts.Skip(1)))
        {
            Assert.True(Stamp.TryParse(earlier, out var first) & Stamp.TryParse(later, out var second));
            Assert.True(first < second, $"{earlier} is before {later}");
        }
    }

    [Fact]
    public void The_node_counts_on_from_the_stamps_it_has_seen_as_the_browser_does()
    {
        var device = new DeviceId("till-1");
        foreach (var one in Golden["next"]!.AsArray())
        {
            var clock = new NodeClock(new StoppedClock((long)one!["now"]!));
            clock.Accept(StampOf(one["last"]!, device));
            Assert.Equal(StampOf(one["next"]!, device), clock.Next(device));
        }
    }

    [Fact]
    public void What_is_no_stamp_is_not_read_as_one()
    {
        foreach (var text in Golden["invalid"]!.AsArray())
        {
            Assert.False(Stamp.TryParse((string)text!, out _), $"{text} is no stamp");
        }
    }

    private static Stamp StampOf(JsonNode time, DeviceId device) => new((long)time["ms"]!, (int)time["counter"]!, device);

    private sealed class StoppedClock(long milliseconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }
}
