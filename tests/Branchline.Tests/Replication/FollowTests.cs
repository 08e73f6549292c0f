using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Replication;
using Branchline.Server.Schema;
using Branchline.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Replication;

/// <summary>What an operator sees and does: rounds by themselves, dry runs, paused lanes, other schemas, encrypted lines.</summary>
public sealed class FollowTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task News_of_either_side_is_at_the_other_without_being_asked_for()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North", new TestSettings { Values = { ["SYNC_INTERVAL"] = "3600" } });

        await Chain.WriteAsync(chain.Master, "office", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await UntilAsync(async () => (await Chain.FieldAsync(north.Node, "products", chain.Product, "price")).AsInteger == 1300);
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("name", FieldValue.Of("Rice, 5 kg"))));
        await UntilAsync(async () => (await Chain.FieldAsync(chain.Master, "products", chain.Product, "name")).AsText == "Rice, 5 kg");
    }

    [Fact]
    public async Task A_dry_run_tells_what_the_master_would_say_and_leaves_nothing()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(chain.Master, "office", Write.Delete("products", chain.Product));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await Chain.WriteAsync(north.Node, "till-north", BranchTests.Movement(chain.Product, north.Id, "in", 5));

        var told = await PostAsync(north, "/api/sync/dry-run");

        var lines = told.GetProperty("up").EnumerateArray().Select(line => $"{line.GetProperty("table")} {line.GetProperty("kind")} {line.GetProperty("outcome")} {line.GetProperty("count")}");
        Assert.Equal(["inventory_adjustments insert applied 1", "products update rejected: row_deleted 1"], lines);
        Assert.Null(await BranchTests.OnHandAsync(chain.Master, chain.Product, north.Id));
        Assert.Equal(2, await PendingAsync(north));
        using var office = chain.Master.SignedIn("admin");
        Assert.Equal(0, (await (await office.GetAsync("/api/tray", TestContext.Current.CancellationToken)).JsonAsync()).GetProperty("entries").GetArrayLength());
    }

    [Fact]
    public async Task A_paused_lane_waits_and_the_others_go_on()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await PostAsync(north, "/api/sync/lanes/prices?pause=true");
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        var client = NewId.Next();
        await Chain.WriteAsync(north.Node, "till-north", Write.Insert("clients", client, ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(north.Id.ToString()))));

        await north.SyncAsync();
        Assert.Equal(1250, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
        Assert.NotNull(await Chain.RowAsync(chain.Master, "clients", client));

        await PostAsync(north, "/api/sync/lanes/prices?pause=false");
        await north.SyncAsync();
        Assert.Equal(1300, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
    }

    [Fact]
    public async Task A_sale_draws_the_client_it_is_to_who_was_made_offline_into_its_lane()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await PostAsync(north, "/api/sync/lanes/master-data?pause=true");
        var (client, sale) = (NewId.Next(), NewId.Next());
        await Chain.WriteAsync(north.Node, "till-north", Write.Insert("clients", client, ("name", FieldValue.Of("Amina")), ("branch_id", FieldValue.Of(north.Id.ToString()))));
        var made = await Chain.WriteAsync(north.Node, "till-north", Write.Insert(
            "sales", sale, ("branch_id", FieldValue.Of(north.Id.ToString())), ("receipt_number", FieldValue.Of("NORT01-T1-000001")), ("client_id", FieldValue.Of(client.ToString())),
            ("subtotal", FieldValue.Of(100)), ("total", FieldValue.Of(100))));
        Assert.IsType<MutationOutcome.Applied>(made);

        await north.RoundAsync();

        Assert.NotNull(await Chain.RowAsync(chain.Master, "sales", sale));
        Assert.NotNull(await Chain.RowAsync(chain.Master, "clients", client));
    }

    [Fact]
    public async Task What_the_master_has_no_field_for_is_held_until_it_has()
    {
        var (older, newer) = (Schema(""), Schema("      colour: { type: text }"));
        await using var chain = await Chain.OpenAsync(older);
        var north = await chain.JoinAsync("North", new TestSettings { Values = Chain.ByHand, Schema = newer });
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("colour", FieldValue.Of("white"))));
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        await north.RoundAsync();
        Assert.Equal(1300, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
        Assert.Equal("white", (await Chain.FieldAsync(north.Node, "products", chain.Product, "colour")).AsText);

        await chain.UpgradeAsync(newer, north);
        await north.SyncAsync();
        Assert.Equal("white", (await Chain.FieldAsync(chain.Master, "products", chain.Product, "colour")).AsText);
    }

    [Fact]
    public async Task On_an_encrypted_line_everything_works_as_on_any_other()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North", new TestSettings { Values = Chain.ByHand }, isSealed: true);
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));

        await north.SyncAsync();

        Assert.Equal(1300, (await Chain.FieldAsync(chain.Master, "products", chain.Product, "price")).AsInteger);
    }

    [Fact]
    public async Task A_key_is_changed_after_a_month_and_the_old_one_counts_until_the_new_one_was_used()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        var masters = north.Node.Services.GetRequiredService<Masters>();
        var before = masters.All[0];
        await masters.SaveAsync(before with { KeySince = before.KeySince.AddDays(-31) }, TestContext.Current.CancellationToken);

        await north.SyncAsync();
        var after = masters.All[0];
        Assert.NotEqual(before.Key, after.Key);

        await masters.SaveAsync(after with { Key = before.Key }, TestContext.Current.CancellationToken);
        Assert.Contains("line", (await north.RoundAsync()).Errors);
    }

    [Fact]
    public async Task The_status_file_of_system_C_has_its_seven_members_and_tells_of_a_failure()
    {
        await using var chain = await Chain.OpenAsync();
        var north = await chain.JoinAsync("North");
        await Chain.WriteAsync(north.Node, "till-north", Write.Update("products", chain.Product, ("price", FieldValue.Of(1300))));
        await chain.CloseMasterAsync();
        await north.RoundAsync();

        var file = Path.Combine(north.Node.Directory, "sync_status.json");
        JsonElement status = default;
        await UntilAsync(async () =>
        {
            status = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            return status.GetProperty("status").GetString() == "failed";
        });

        Assert.Equal(
            ["last_synced_at", "status", "pending_records", "last_error", "retry_count", "created_at", "updated_at"],
            status.EnumerateObject().Select(member => member.Name));
        Assert.Equal(1, status.GetProperty("pending_records").GetInt64());
        Assert.Equal(1, status.GetProperty("retry_count").GetInt32());
    }

    private static SchemaSource Schema(string field) => SchemaSource.FromFiles([KeyValuePair.Create("shop.yaml", $$"""
        feature: shop
        tables:
          branches:
            label: Branches
            scope: everyone
            title: name
            fields:
              name: { type: text, required: true }
            access: { read: [cashier, manager, admin], create: [admin], update: [admin], delete: [admin] }
          products:
            label: Products
            scope: everyone
            fields:
              name:  { type: text, required: true }
              price: { type: money }
        {{field}}
            access: { read: [cashier, manager, admin], create: [admin], update: [admin], delete: [admin] }
          notes:
            label: Notes
            scope: { branch: branch_id }
            fields:
              branch_id: { type: ref, table: branches, required: true }
              text:      { type: text }
            access: { read: [cashier, manager, admin], create: [admin], update: [admin], delete: [admin] }
        """)]);

    private static async Task<JsonElement> PostAsync(ChainBranch branch, string path)
    {
        using var admin = branch.Node.SignedIn("admin");
        var answer = await admin.PostAsync(path, null, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await answer.JsonAsync();
    }

    private static async Task<long> PendingAsync(ChainBranch branch)
    {
        using var admin = branch.Node.SignedIn("admin");
        var status = await (await admin.GetAsync("/api/sync/status", TestContext.Current.CancellationToken)).JsonAsync();
        return status.GetProperty("masters")[0].GetProperty("lanes").EnumerateArray().Sum(lane => lane.GetProperty("pending").GetInt64());
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Soon, "It did not come");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
