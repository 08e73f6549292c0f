namespace Branchline.Scenarios.Faults;

/// <summary>Holds the node to what the tills were told, and the tills to what the node has.</summary>
internal static class Account
{
    /// <summary>What was saved is there once, whole; what was refused is not; receipts run from 1 without a gap; nothing is there that nobody sold.</summary>
    public static void CheckSales(StoredShop stored, IReadOnlyList<DeviceProcess> devices)
    {
        var sales = stored.Column("""
            SELECT id || ' ' || receipt_number
                || ' ' || (SELECT count(*) FROM sale_lines l WHERE l.sale_id = s.id)
                || ' ' || (SELECT count(*) FROM inventory_adjustments a WHERE a.sale_id = s.id)
                || ' ' || (SELECT sum(t.amount) FROM transactions t WHERE t.sale_id = s.id)
            FROM sales s
            """);
        var numbers = stored.Column("SELECT receipt_number FROM sales ORDER BY receipt_number");
        foreach (var device in devices)
        {
            var saved = device.Saved;
            Assert.Empty(saved.Select(sale => $"{sale.Id} {sale.Receipt} {sale.Lines} {sale.Lines} {sale.Lines * 1000}").Except(sales));
            Assert.Empty(device.Refused.Select(id => $"{id}").Intersect(sales.Select(sale => sale.Split(' ')[0])));
            Assert.Empty(saved.Select(sale => sale.Mutation).Except(stored.Ids("SELECT id FROM _mutations")));
            string[] ofDevice = [.. numbers.Where(number => number.StartsWith(device.Series + "-", StringComparison.Ordinal))];
            Assert.Equal(Enumerable.Range(1, ofDevice.Length).Select(number => $"{device.Series}-{number:d6}"), ofDevice);
            Assert.InRange(ofDevice.Length - saved.Count, 0, device.Kills);
        }

        Assert.Empty(stored.Column("SELECT device || ' ' || n FROM _tray"));
    }

    /// <summary>Every till has the node's rows of every scope, by the node's own checksum, and nothing to tell.</summary>
    public static async Task CheckReplicasAsync(Shop shop, IReadOnlyList<DeviceProcess> devices)
    {
        foreach (var scope in Scopes(shop))
        {
            var checksum = await Replica.ChecksumAsync(shop, scope);
            foreach (var device in devices)
            {
                using var stored = new StoredDevice(device.File);
                Assert.Equal((0, 0), (stored.Open, stored.Rejected));
                if (stored.Checksum(scope) != checksum)
                {
                    await CompareRowsAsync(shop, [device]);
                    Assert.Fail($"{device.Series} has the rows of {scope}, but not their checksum");
                }
            }
        }
    }

    /// <summary>Every till has the node's rows, each compared with one that was just read from the node.</summary>
    public static async Task CompareRowsAsync(Shop shop, IReadOnlyList<DeviceProcess> devices)
    {
        foreach (var scope in Scopes(shop))
        {
            var node = new Replica(shop, scope);
            await node.ReadSnapshotAsync();
            await node.FollowAsync();
            Assert.NotEmpty(node.Rows);
            foreach (var device in devices)
            {
                using var stored = new StoredDevice(device.File);
                var (rows, known) = (stored.Rows(scope), node.Rows);
                Assert.Equal([], known.Except(rows).Select(row => $"{device.Series} lacks {row}"));
                Assert.Equal([], rows.Except(known).Select(row => $"{device.Series} has {row}"));
                Assert.Equal(known.Count, rows.Count);
            }
        }
    }

    private static string[] Scopes(Shop shop) => ["everyone", shop.Scope];
}
