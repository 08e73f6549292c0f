using System.Diagnostics;
using Branchline.Merchant;
using Branchline.Protocol;
using Branchline.Server.Replication;
using Branchline.Server.Schema;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>A node that leaves a master and follows it again is followed up at once, however soon that is.</summary>
public sealed class RejoinTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Who_joins_again_soon_after_leaving_hears_of_news_as_before()
    {
        await using var network = new Network();
        var office = await network.AddAsync();
        await using var shop = await StartAsync();
        var rice = await ProductAsync(office);
        await Network.FollowAsync(shop, office, "Shop", equal: true, all: true);
        await UntilAsync(shop, rice, 1250);

        await shop.Services.GetRequiredService<Follower>().LeaveAsync(Master(shop), TestContext.Current.CancellationToken);

        // The question for news that was open is answered, and nobody asks again.
        await PriceAsync(office, rice, 1300);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(1250, (await Chain.FieldAsync(shop, "products", rice, "price")).AsInteger);

        await Network.FollowAsync(shop, office, "Shop again", equal: true, all: true);
        await UntilAsync(shop, rice, 1300);
        await QuietAsync(shop);
        await PriceAsync(office, rice, 1400);

        await UntilAsync(shop, rice, 1400);
    }

    [Fact]
    public async Task Who_leaves_and_joins_in_one_breath_is_followed_by_one_loop()
    {
        await using var network = new Network();
        var office = await network.AddAsync();
        await using var shop = await StartAsync();
        var rice = await ProductAsync(office);
        for (var times = 0; times < 4; times++)
        {
            await Network.FollowAsync(shop, office, $"Shop {times}", equal: true, all: true);
            if (times < 3)
            {
                await shop.Services.GetRequiredService<Follower>().LeaveAsync(Master(shop), TestContext.Current.CancellationToken);
            }
        }

        await UntilAsync(shop, rice, 1250);
        await QuietAsync(shop);
        await PriceAsync(office, rice, 1300);

        await UntilAsync(shop, rice, 1300);
    }

    // Rounds only when there are news: the schedule would hide that nobody listens.
    private static Task<TestNode> StartAsync() => TestNode.StartAsync(
        new TestSettings { Schema = SchemaSource.FromFiles(MerchantSchema.Files), Values = { ["SYNC_INTERVAL"] = "3600" } });

    private static string Master(TestNode shop) => shop.Services.GetRequiredService<Masters>().All[0].Name;

    /// <summary>Until no round runs by itself for a while.</summary>
    private static async Task QuietAsync(TestNode shop)
    {
        var (rounds, book) = (0, shop.Services.GetRequiredService<RoundBook>());
        void Count() => Interlocked.Increment(ref rounds);
        book.Changed += Count;
        for (var before = -1; before != Volatile.Read(ref rounds);)
        {
            before = Volatile.Read(ref rounds);
            await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        book.Changed -= Count;
    }

    private static async Task<Guid> ProductAsync(TestNode office)
    {
        var id = NewId.Next();
        await Chain.WriteAsync(office, "office", Write.Insert("products", id, ("name", FieldValue.Of("Rice 5 kg")), ("price", FieldValue.Of(1250))));
        return id;
    }

    private static Task<MutationOutcome> PriceAsync(TestNode office, Guid product, long price) =>
        Chain.WriteAsync(office, "office", Write.Update("products", product, ("price", FieldValue.Of(price))));

    private static async Task UntilAsync(TestNode shop, Guid product, long price)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await Chain.FieldAsync(shop, "products", product, "price")) is var found && (found.IsNull || found.AsInteger != price))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Soon, $"The price of {price} did not come");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
