using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo;

/// <summary>What else is written at the counter: registrations in every state, and estimates.</summary>
internal sealed class Counter(Story story, Places places, Assortment assortment)
{
    private static readonly string[] Kinds = ["membership", "warranty", "repair", "delivery"];
    private static readonly string[] EstimateStates = ["draft", "sent", "accepted", "sent", "declined", "expired", "sent", "draft"];

    // Oldest first; the first fifteen lie days back.
    private static readonly string[] Registered =
    [
        "released", "released", "released", "released", "cancelled", "released", "released", "released", "released", "released",
        "released", "released", "cancelled", "released", "released", "released", "for_release", "released", "for_release", "for_release",
        "new", "for_release", "new", "new", "new",
    ];

    private const int OfToday = 10;

    private readonly Random _chance = story.Chance(6);

    public IEnumerable<Mutation> Tell()
    {
        foreach (var place in places.All)
        {
            foreach (var (number, state) in Registered.Index())
            {
                var back = Registered.Length - number;
                var at = back <= OfToday ? story.Now.AddMinutes(-15 * back) : story.Now.AddHours(-20 * (back - OfToday));
                foreach (var mutation in Registration(place, number, state, at))
                {
                    yield return mutation;
                }
            }

            yield return story.Step(place.Desk, story.Now.AddDays(-4), $"estimates/{place.Code}",
                [.. EstimateStates.Select((state, number) => Estimate(place, number, state))]);
        }
    }

    private IEnumerable<Mutation> Registration(Place place, int number, string state, DateTimeOffset at)
    {
        var id = story.Ids.Of("registration/" + place.Code, number);
        var name = $"registration/{place.Code}/{number}";
        yield return story.Step(place.Desk, at, name, [New(place, id, number, at), .. FeePaid(place, id, number, at)]);
        if (state is "for_release" or "released")
        {
            yield return story.Step(place.Desk, at.AddMinutes(3), name + "/for_release", Story.Update("registrations", id, ("status", "for_release")));
        }

        if (state == "released")
        {
            yield return story.Step(place.Desk, at.AddMinutes(9), name + "/released", Story.Update("registrations", id,
                ("status", "released"), ("released_at", at.AddMinutes(9)), ("released_by", place.Releasing)));
        }

        if (state == "cancelled")
        {
            yield return story.Step(place.Desk, at.AddMinutes(5), name + "/cancelled", Story.Update("registrations", id, ("status", "cancelled")));
        }
    }

    private RowWrite New(Place place, Guid id, int number, DateTimeOffset at)
    {
        var client = _chance.Next(ClientList.PerBranch);
        return Story.Insert("registrations", id,
            ("number", $"{place.Code}-R-{number + 1:0000}"), ("branch_id", place.Id), ("client_id", ClientList.IdOf(story, place, client)),
            ("client_name", ClientList.NameOf(place, client)), ("client_phone", Names.Phone(place.Number * 100 + client)),
            ("kind", Kinds[number % Kinds.Length]), ("document", $"{place.Number}{4200 + number * 13}"), ("fee", Fee(number)),
            ("date", DateOnly.FromDateTime(at.UtcDateTime)), ("status", "new"), ("cashier_name", place.Cashier.Name));
    }

    // A membership costs something, everything else nothing.
    private static long Fee(int number) => number % Kinds.Length == 0 ? 500 : 0;

    private IEnumerable<RowWrite> FeePaid(Place place, Guid registration, int number, DateTimeOffset at) =>
        Fee(number) == 0
            ? []
            : [Story.Insert("transactions", story.Ids.Of("fee/" + place.Code, number),
                ("branch_id", place.Id), ("kind", "payment"), ("method", "card"), ("amount", Fee(number)), ("at", at),
                ("registration_id", registration), ("user_id", place.Cashier.Id))];

    private RowWrite Estimate(Place place, int number, string state)
    {
        var lines = Enumerable.Range(0, 3 + number % 3).Select(_ => assortment.Products[_chance.Next(assortment.Products.Count)]).Distinct()
            .Select(product => new { product_id = product.Id, name = product.Name, quantity = 10, unit_price = product.Price, total = product.Price * 10 })
            .ToList();
        var subtotal = lines.Sum(line => line.total);
        var discount = number % 2 == 0 ? subtotal / 20 : 0;
        var client = _chance.Next(ClientList.PerBranch);
        var date = story.Today.AddDays(-(number * 3 + 1));
        return Story.Insert("estimates", story.Ids.Of("estimate/" + place.Code, number),
            ("number", $"{place.Code}-E-{number + 1:0000}"), ("branch_id", place.Id), ("client_id", ClientList.IdOf(story, place, client)),
            ("client_name", ClientList.NameOf(place, client)), ("lines", Cell.Json(lines)), ("subtotal", subtotal), ("discount", discount),
            ("total", subtotal - discount), ("date", date), ("valid_until", date.AddDays(14)), ("cashier_name", place.Cashier.Name), ("status", state));
    }
}
