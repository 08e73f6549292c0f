using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo;

/// <summary>The days at the tills: drawers opened, sales, refunds, voids, drawers counted and closed.</summary>
internal sealed class Trade(Story story, Shelves shelves, Baskets baskets)
{
    private const long Float = 15_000;

    private static readonly int[] UsualSales = [58, 46];

    private readonly Random _chance = story.Chance(3);
    private int _sales;
    private int _entries;

    public IEnumerable<Mutation> DayAt(Place place, DateOnly day)
    {
        foreach (var mutation in shelves.Morning(place, day))
        {
            yield return mutation;
        }

        var moments = Days.Moments(story, day, UsualSales[place.Number - 1], _chance);
        if (moments.Count == 0)
        {
            yield break;
        }

        var drawers = place.Tills.Select(till => new Drawer(
            story.Ids.Of($"session/{till.Series}", day.DayNumber), place, till, Earlier(moments[0], Story.At(day, 7 * 60 + 45)))).ToList();
        yield return story.Step(place.Desk, drawers[0].OpenedAt, $"open/{place.Code}/{day.DayNumber}", [.. drawers.Select(Open)]);

        foreach (var at in moments)
        {
            var drawer = drawers[_chance.Next(5) < 3 ? 0 : 1];
            foreach (var mutation in SaleAt(drawer, at))
            {
                yield return mutation;
            }
        }

        if (day < story.Today)
        {
            var closed = Story.At(day, 20 * 60 + 25);
            yield return story.Step(place.Desk, closed, $"close/{place.Code}/{day.DayNumber}", [.. drawers.Select(drawer => Close(drawer, closed))]);
        }
    }

    private IEnumerable<Mutation> SaleAt(Drawer drawer, DateTimeOffset at)
    {
        var basket = baskets.Fill(drawer.Place, _chance);
        if (basket.Count == 0)
        {
            yield break;
        }

        var sale = new SoldBasket(story.Ids.Of("sale", ++_sales), drawer, basket, at, basket.Sum(line => line.Total) > 3000 && _chance.Next(6) == 0);
        yield return story.Step(drawer.Till.Device, at, $"sale/{_sales}", Sell(sale));

        var later = at.AddMinutes(20);
        var fate = _chance.Next(400);
        if (fate < 8 && later < story.Now && later.Day == at.Day)
        {
            yield return story.Step(drawer.Till.Device, later, $"refund/{_sales}", GiveBack(sale, later, fate < 2 ? "voided" : "refunded"));
        }
    }

    private List<RowWrite> Sell(SoldBasket sale)
    {
        var (drawer, lines) = (sale.Drawer, sale.Lines);
        var branch = drawer.Place.Id;
        List<RowWrite> writes =
        [
            Story.Insert("sales", sale.Id,
                ("receipt_number", drawer.Till.NextReceipt()), ("branch_id", branch), ("till_id", drawer.Till.Id), ("cash_session_id", drawer.Id),
                ("client_id", _chance.Next(5) == 0 ? ClientList.IdOf(story, drawer.Place, _chance.Next(ClientList.PerBranch)) : default(Guid?)),
                ("cashier_id", drawer.Place.Cashier.Id), ("cashier_name", drawer.Place.Cashier.Name), ("sold_at", sale.At),
                ("subtotal", sale.Subtotal), ("discount", sale.Discount), ("tax", sale.Tax), ("total", sale.Total), ("status", "paid")),
        ];
        foreach (var (position, line) in lines.Index())
        {
            writes.Add(Story.Insert("sale_lines", story.Ids.Of($"sale_line/{position}", _sales),
                ("sale_id", sale.Id), ("branch_id", branch), ("product_id", line.Product.Id), ("name", line.Product.Name), ("sku", line.Product.Sku),
                ("quantity", line.Quantity), ("unit_price", line.Product.Price), ("tax_rate", line.Product.TaxRate), ("total", line.Total),
                ("cost", line.Product.Cost), ("position", position)));
        }

        writes.AddRange(Pay(sale));
        writes.AddRange(Goods(sale, "sale", -1, sale.At));
        return writes;
    }

    private IEnumerable<RowWrite> Pay(SoldBasket sale)
    {
        var method = _chance.Next(20) switch { < 9 => "cash", < 19 => "card", _ => "wallet" };
        if (sale.Total > 2000 && _chance.Next(25) == 0)
        {
            var voucher = sale.Total / 2 / 500 * 500;
            return [Entry(sale, "payment", "voucher", voucher, sale.At), Entry(sale, "payment", method, sale.Total - voucher, sale.At)];
        }

        return [Entry(sale, "payment", method, sale.Total, sale.At)];
    }

    private List<RowWrite> GiveBack(SoldBasket sale, DateTimeOffset at, string status) =>
    [
        Entry(sale, "refund", "cash", -sale.Total, at),
        .. Goods(sale, "refund", 1, at),
        Story.Update("sales", sale.Id, ("status", status), ("note", status == "voided" ? "Wrong client charged" : "Brought back unopened")),
    ];

    private IEnumerable<RowWrite> Goods(SoldBasket sale, string kind, int sign, DateTimeOffset at) =>
        sale.Lines.Where(line => line.Product.IsTracked)
            .Select(line => shelves.Move(sale.Drawer.Place, line.Product, kind, sign * line.Quantity, at,
                ("sale_id", sale.Id), ("user_id", sale.Drawer.Place.Cashier.Id)));

    private RowWrite Entry(SoldBasket sale, string kind, string method, long amount, DateTimeOffset at)
    {
        var drawer = sale.Drawer;
        var isCash = method == "cash";
        drawer.Cash += isCash ? amount : 0;
        long? tendered = isCash && amount > 0 ? Tendered(amount) : null;
        return Story.Insert("transactions", story.Ids.Of("transaction", ++_entries),
            ("branch_id", drawer.Place.Id), ("kind", kind), ("method", method), ("amount", amount),
            ("tendered", tendered), ("change", tendered - amount), ("at", at),
            ("sale_id", sale.Id), ("cash_session_id", isCash ? drawer.Id : default(Guid?)), ("till_id", drawer.Till.Id), ("user_id", drawer.Place.Cashier.Id),
            ("reference", method == "card" ? $"AUTH {_entries * 7919 % 1_000_000:000000}" : null));
    }

    /// <summary>What a client would hand over: the exact sum, or the next note.</summary>
    private long Tendered(long amount)
    {
        long[] notes = [500, 1000, 2000, 5000, 10_000];
        var note = notes.FirstOrDefault(note => note >= amount);
        return note == 0 || _chance.Next(3) == 0 ? (amount + 999) / 1000 * 1000 : note;
    }

    private static RowWrite Open(Drawer drawer) => Story.Insert("cash_sessions", drawer.Id,
        ("branch_id", drawer.Place.Id), ("till_id", drawer.Till.Id), ("cashier_id", drawer.Place.Cashier.Id),
        ("cashier_name", drawer.Place.Cashier.Name), ("opened_at", drawer.OpenedAt), ("opening_float", Float), ("status", "open"));

    private RowWrite Close(Drawer drawer, DateTimeOffset at) => Story.Update("cash_sessions", drawer.Id,
        ("closed_at", at), ("counted", Float + drawer.Cash + (_chance.Next(10) == 0 ? _chance.Next(-150, 100) : 0)), ("status", "closed"));

    private static DateTimeOffset Earlier(DateTimeOffset first, DateTimeOffset usual) => first < usual ? first.AddMinutes(-1) : usual;
}
