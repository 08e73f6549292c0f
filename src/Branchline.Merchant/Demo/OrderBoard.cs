using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo;

/// <summary>Orders on their way from cashier to releasing: a month of finished ones, and today's in every state.</summary>
internal sealed class OrderBoard(Story story, Places places, Shelves shelves, Baskets baskets)
{
    private static readonly string[] States = ["draft", "awaiting_payment", "paid", "for_release", "released"];

    // What stands on each board now, oldest first.
    private static readonly string[] OnTheBoard =
    [
        "released", "released", "cancelled", "released", "for_release", "for_release", "paid", "for_release", "paid",
        "awaiting_payment", "paid", "awaiting_payment", "awaiting_payment", "draft", "draft", "draft",
    ];

    private static readonly string[] Notes = ["Call when ready", "Gift wrap, please", "Collected by a neighbour", "Keep cold until collected"];

    private readonly Random _chance = story.Chance(5);
    private int _lines;
    private int _payments;

    /// <summary>The one order that a day in the past brought.</summary>
    public IEnumerable<Mutation> DayAt(Place place, DateOnly day)
    {
        var back = story.Today.DayNumber - day.DayNumber;
        return Life(place, Days.Told - back + 1, Story.At(day, 10 * 60 + back * 7), back % 9 == 0 ? "cancelled" : "released");
    }

    /// <summary>What stands on the boards now.</summary>
    public IEnumerable<Mutation> Board() =>
        places.All.SelectMany(place => OnTheBoard.Index().SelectMany(slot =>
            Life(place, Days.Told + 1 + slot.Index, story.Now.AddMinutes((-12 * (OnTheBoard.Length - slot.Index)) - place.Number), slot.Item)));

    /// <summary>An order from its draft to where it stands, each move two minutes after the one before.</summary>
    private IEnumerable<Mutation> Life(Place place, int number, DateTimeOffset at, string until)
    {
        var name = $"order/{place.Code}/{number}";
        var order = new Draft(story.Ids.Of("order/" + place.Code, number), place, baskets.Fill(place, _chance));
        yield return story.Step(place.Desk, at, name, [Order(order, number), .. order.Lines.Select((line, position) => Line(order, line, position))]);

        var path = until == "cancelled" ? ["awaiting_payment", "cancelled"] : States[1..(Array.IndexOf(States, until) + 1)];
        foreach (var state in path)
        {
            at = at.AddMinutes(2);
            yield return story.Step(place.Desk, at, $"{name}/{state}", Move(order, state, at));
        }
    }

    private List<RowWrite> Move(Draft order, string state, DateTimeOffset at) => state switch
    {
        "paid" => [To(order, state), Payment(order, at)],
        "released" =>
        [
            Story.Update("orders", order.Id, ("status", state), ("released_at", at), ("released_by", order.Place.Releasing)),
            .. order.Lines.Where(line => line.Product.IsTracked)
                .Select(line => shelves.Move(order.Place, line.Product, "out", -line.Quantity, at, ("order_id", order.Id), ("reason", "Order released"))),
        ],
        _ => [To(order, state)],
    };

    private static RowWrite To(Draft order, string state) => Story.Update("orders", order.Id, ("status", state));

    private RowWrite Order(Draft order, int number)
    {
        var client = _chance.Next(ClientList.PerBranch);
        return Story.Insert("orders", order.Id,
            ("number", $"{order.Place.Code}-O-{number:0000}"), ("branch_id", order.Place.Id), ("client_id", ClientList.IdOf(story, order.Place, client)),
            ("client_name", ClientList.NameOf(order.Place, client)), ("client_phone", Names.Phone(order.Place.Number * 100 + client)),
            ("total", order.Total), ("status", "draft"), ("cashier_id", order.Place.Cashier.Id), ("cashier_name", order.Place.Cashier.Name),
            ("note", number % 4 == 0 ? Notes[number / 4 % Notes.Length] : null));
    }

    private RowWrite Line(Draft order, BasketLine line, int position) => Story.Insert("order_lines", story.Ids.Of("order_line", ++_lines),
        ("order_id", order.Id), ("branch_id", order.Place.Id), ("product_id", line.Product.Id), ("name", line.Product.Name),
        ("quantity", line.Quantity), ("unit_price", line.Product.Price), ("total", line.Total), ("position", position));

    private RowWrite Payment(Draft order, DateTimeOffset at) => Story.Insert("transactions", story.Ids.Of("order_payment", ++_payments),
        ("branch_id", order.Place.Id), ("kind", "payment"), ("method", "card"), ("amount", order.Total), ("at", at),
        ("order_id", order.Id), ("user_id", order.Place.Cashier.Id), ("reference", $"AUTH {_payments * 6271 % 1_000_000:000000}"));

    private sealed record Draft(Guid Id, Place Place, IReadOnlyList<BasketLine> Lines)
    {
        public long Total { get; } = Lines.Sum(line => line.Total);
    }
}
