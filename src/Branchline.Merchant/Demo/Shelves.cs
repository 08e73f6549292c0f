using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo;

/// <summary>What stands on the shelves of each branch while the story is told: opening stock, deliveries, counts, breakage, transfers.</summary>
internal sealed class Shelves(Story story, Places places, Assortment assortment)
{
    private const int WritesPerMutation = 64;
    private const int LastDeliveryDaysAgo = 2;

    /// <summary>Every so many products one is forgotten when ordering: it runs low, as in life.</summary>
    private const int ForgottenEvery = 17;
    private const int ForgottenSinceDaysAgo = 16;

    private readonly Random _chance = story.Chance(2);
    private readonly Dictionary<(int Place, int Product), int> _onHand = [];
    private int _entries;

    public int OnHand(Place place, Product product) => product.IsTracked ? _onHand[(place.Number, product.Number)] : int.MaxValue;

    /// <summary>The entry for goods that leave (below zero) or come in, and the shelf with it.</summary>
    public RowWrite Move(Place place, Product product, string kind, int quantity, DateTimeOffset at, params ReadOnlySpan<(string, Cell)> more)
    {
        var shelf = (place.Number, product.Number);
        _onHand[shelf] = kind == "count" ? quantity : _onHand.GetValueOrDefault(shelf) + quantity;
        return Story.Insert("inventory_adjustments", story.Ids.Of("adjustment", ++_entries),
        [
            ("product_id", product.Id), ("branch_id", place.Id), ("kind", kind), ("quantity", quantity), ("at", at), .. more,
        ]);
    }

    public IEnumerable<Mutation> Open()
    {
        var at = Story.At(story.Today.AddDays(-Days.Told - 1), 7 * 60);
        foreach (var place in places.All)
        {
            var entries = assortment.Products.Where(product => product.IsTracked)
                .Select(product => Move(place, product, "in", Full(product), at, ("reason", "Opening stock"), ("user_id", place.Manager.Id)));
            foreach (var (index, chunk) in entries.Chunk(WritesPerMutation).Index())
            {
                yield return story.Step(place.Desk, at, $"opening/{place.Code}/{index}", chunk);
            }
        }
    }

    /// <summary>What happens before the doors open: deliveries on Mondays and Thursdays, a small count on Wednesdays, now and then breakage.</summary>
    public IEnumerable<Mutation> Morning(Place place, DateOnly day)
    {
        var at = Story.At(day, 7 * 60 + 20);
        var daysAgo = story.Today.DayNumber - day.DayNumber;
        if (day == story.Today && Days.IsEarly(story))
        {
            yield break;
        }

        if (daysAgo > LastDeliveryDaysAgo && day.DayOfWeek is DayOfWeek.Monday or DayOfWeek.Thursday && Delivery(place, at, daysAgo) is { Count: > 0 } delivery)
        {
            yield return story.Step(place.Desk, at, $"delivery/{place.Code}/{daysAgo}", delivery);
        }

        if (day.DayOfWeek == DayOfWeek.Wednesday)
        {
            yield return story.Step(place.Desk, at.AddMinutes(5), $"count/{place.Code}/{daysAgo}", Count(place, at.AddMinutes(5)));
        }

        if (_chance.Next(4) == 0)
        {
            yield return story.Step(place.Desk, at.AddMinutes(9), $"breakage/{place.Code}/{daysAgo}", Breakage(place, at.AddMinutes(9)));
        }
    }

    /// <summary>What one branch had too much of goes to the other: two entries, one mutation.</summary>
    public Mutation Transfer(DateOnly day)
    {
        var (from, to) = (places.All[0], places.All[1]);
        var at = Story.At(day, 6 * 60);
        var transfer = story.Ids.Of("transfer", day.DayNumber % 100);
        var products = assortment.Products.Where(product => OnHand(from, product) is > 30 and < 1000).Take(3).ToList();
        var writes = products.SelectMany(product => new[]
        {
            Move(from, product, "transfer", -6, at, ("transfer_id", transfer), ("reason", "To " + to.Name)),
            Move(to, product, "transfer", 6, at, ("transfer_id", transfer), ("reason", "From " + from.Name)),
        });
        return story.Step(Places.Office, at, $"transfer/{story.Today.DayNumber - day.DayNumber}", [.. writes]);
    }

    private List<RowWrite> Delivery(Place place, DateTimeOffset at, int daysAgo) =>
        [.. assortment.Products
            .Where(product => OnHand(place, product) <= product.LowAt + product.Demand && !IsForgotten(place, product, daysAgo))
            .Select(product => Move(place, product, "in", Full(product), at,
                ("reason", $"Delivery {place.Code}-{daysAgo:00}"), ("unit_cost", product.Cost), ("user_id", place.Manager.Id)))];

    private List<RowWrite> Count(Place place, DateTimeOffset at) =>
        [.. Some(place, 6).Select(product => Move(
            place, product, "count", Math.Max(0, OnHand(place, product) - _chance.Next(2)), at, ("reason", "Weekly count"), ("user_id", place.Manager.Id)))];

    private List<RowWrite> Breakage(Place place, DateTimeOffset at) =>
        [.. Some(place, 1).Select(product => Move(place, product, "adjust", -1, at, ("reason", "Damaged on the shelf"), ("user_id", place.Cashier.Id)))];

    private List<Product> Some(Place place, int count)
    {
        var first = _chance.Next(assortment.Products.Count);
        return [.. Enumerable.Range(0, count)
            .Select(step => assortment.Products[(first + step * 29) % assortment.Products.Count])
            .Where(product => product.IsTracked && OnHand(place, product) > 2)];
    }

    private int Full(Product product) => 10 + product.Demand * 4 + _chance.Next(10);

    private static bool IsForgotten(Place place, Product product, int daysAgo) =>
        daysAgo <= ForgottenSinceDaysAgo && (product.Number + place.Number * 5) % ForgottenEvery == 0;
}
