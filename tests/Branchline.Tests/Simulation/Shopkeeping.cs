using Branchline.Protocol;

namespace Branchline.Tests.Simulation;

/// <summary>What people do at a device, at random: sell, count, rename, move, delete, and now and then something that nobody may do.</summary>
internal sealed class Shopkeeping(World world, Books books, IReadOnlyList<Guid> branches)
{
    public void DoSomething(ISimDevice device, bool mayBeBad)
    {
        var branch = world.Pick(device.Person.Scopes.Where(scope => scope.StartsWith("branch:", StringComparison.Ordinal)).DefaultIfEmpty($"branch:{branches[0]}").ToList());
        var branchId = Guid.Parse(branch["branch:".Length..], System.Globalization.CultureInfo.InvariantCulture);
        switch (world.Up(mayBeBad ? 13 : 12))
        {
            case 0 or 1 or 2:
                Sell(device, branchId);
                break;
            case 3:
                Move(device, branchId, world.Chance(0.3) ? "count" : "in", world.Up(50));
                break;
            case 4:
                books.Wrote(device.Write(Row("products", device.NewId(), WriteKind.Insert, ("name", $"P{world.Up(100)}"), ("price", 100 + world.Up(900)))));
                break;
            case 5:
                Change(device, "products", id => Row("products", id, WriteKind.Update, ProductPatch()));
                break;
            case 6:
                books.Wrote(device.Write(Row("notes", device.NewId(), WriteKind.Insert, ("branch_id", branchId.ToString()), ("text", $"N{world.Up(100)}"))));
                break;
            case 7:
                Change(device, "notes", id => world.Chance(0.4)
                    ? Row("notes", id, WriteKind.Update, ("branch_id", world.Pick(branches).ToString()))
                    : Row("notes", id, WriteKind.Update, ("text", $"N{world.Up(100)}")));
                break;
            case 8:
                var table = world.Pick(["notes", "products", "remarks"]);
                Change(device, table, id => Row(table, id, WriteKind.Delete));
                break;
            case 9:
                Work(device);
                break;
            case 10:
                Change(device, "notes", note => Row(
                    "remarks", device.NewId(), WriteKind.Insert, ("note_id", note.ToString()), ("branch_id", branchId.ToString()), ("text", $"R{world.Up(100)}")));
                break;
            case 11:
                Change(device, "remarks", id => Row("remarks", id, WriteKind.Update, ("text", $"R{world.Up(100)}")));
                break;
            default:
                books.WroteBadly(device.Write(Row("notes", device.NewId(), WriteKind.Insert, ("branch_id", branchId.ToString()))));
                break;
        }
    }

    private void Sell(ISimDevice device, Guid branch)
    {
        var (sale, goods, total) = (device.NewId(), device.NewId(), 100L + world.Up(900));
        var mutation = device.Write(
            Row("sales", sale, WriteKind.Insert, ("branch_id", branch.ToString()), ("receipt", device.NextReceipt()), ("total", total)),
            Row("payments", device.NewId(), WriteKind.Insert, ("branch_id", branch.ToString()), ("sale_id", sale.ToString()), ("amount", total)),
            Goods(goods, branch, "sale", -1 - world.Up(3)));
        books.Wrote(mutation);
        books.Sold(sale, (branch, total, mutation.Writes[0].Fields["receipt"].AsText!));
        books.Moved(goods, mutation);
    }

    private void Move(ISimDevice device, Guid branch, string kind, int quantity)
    {
        var entry = device.NewId();
        var mutation = device.Write(Goods(entry, branch, kind, quantity));
        books.Wrote(mutation);
        books.Moved(entry, mutation);
    }

    private void Work(ISimDevice device)
    {
        if (world.Chance(0.5))
        {
            books.Wrote(device.Write(Row("tasks", device.NewId(), WriteKind.Insert, ("user_id", device.Person.Id), ("text", "T"))));
            return;
        }

        Change(device, "tasks", id => Row("tasks", id, WriteKind.Update, ("status", world.Pick(["doing", "done"]))));
    }

    /// <summary>Changes a row that the device knows of, if it knows any.</summary>
    private void Change(ISimDevice device, string table, Func<Guid, RowWrite> write)
    {
        var known = device.Base.Values.SelectMany(rows => rows.Keys).Where(key => key.Table == table).Select(key => key.Id).Order().ToList();
        if (known.Count > 0)
        {
            books.Wrote(device.Write(write(world.Pick(known))));
        }
    }

    private (string, object)[] ProductPatch() => world.Up(4) switch
    {
        0 => [("price", 100 + world.Up(900)), ("currency", world.Pick(["USD", "EUR"]))],
        1 => [("best", world.Up(1000))],
        2 => [("code", $"C{world.Up(10)}")],
        _ => [("name", $"P{world.Up(100)}")],
    };

    private RowWrite Goods(Guid id, Guid branch, string kind, int quantity) => Row(
        "moves", id, WriteKind.Insert, ("branch_id", branch.ToString()), ("product_id", world.Pick(SimShop.Shelves)), ("kind", kind), ("quantity", quantity));

    private static RowWrite Row(string table, Guid id, WriteKind kind, params (string Name, object Value)[] fields) => new(
        table, id, kind, fields.ToDictionary(
            field => field.Name,
            field => field.Value is string text ? FieldValue.Of(text) : FieldValue.Of(Convert.ToInt64(field.Value, System.Globalization.CultureInfo.InvariantCulture)),
            StringComparer.Ordinal));
}
