using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo;

/// <summary>What people of the shop ask one another for: goods, cash, leave, and what they say about it.</summary>
internal sealed class BackOffice(Story story, Places places, Assortment assortment)
{
    private static readonly string[] Asked = ["received", "received", "ordered", "approved", "rejected", "approved", "requested", "requested", "requested", "cancelled"];
    private static readonly string[] CashStates = ["paid", "paid", "approved", "rejected", "requested", "requested"];

    private static readonly (string Purpose, string Category, long Amount)[] CashNeeds =
    [
        ("Window cleaning", "supplies", 4_500), ("Till rolls and labels", "supplies", 6_290), ("Repair of the bread slicer", "repairs", 18_000),
        ("Taxi for a late delivery", "transport", 3_200), ("Petty cash for the week", "petty_cash", 10_000), ("Coins for the weekend", "refund_float", 20_000),
    ];

    private static readonly (string Kind, int From, int Length, string Status)[] Absences =
    [
        ("vacation", -18, 5, "approved"), ("sick", -6, 2, "approved"), ("vacation", 12, 7, "requested"), ("family", 4, 1, "approved"),
        ("vacation", 25, 10, "requested"), ("unpaid", 2, 3, "rejected"),
    ];

    private static readonly string[] Remarks =
    [
        "Client will come after five", "One bag is in the cold room", "Please check the ID at release", "Called twice, no answer", "Moved to the front shelf",
    ];

    public IEnumerable<Mutation> Tell()
    {
        var at = story.Now.AddDays(-3);
        foreach (var place in places.All)
        {
            yield return story.Step(place.Desk, at, $"stock_requests/{place.Code}", [.. Asked.Select((state, number) => StockRequest(place, number, state))]);
            yield return story.Step(place.Desk, at, $"cash_requests/{place.Code}", [.. CashStates.Select((state, number) => CashRequest(place, number, state)), .. CashPaid(place, at)]);
            yield return story.Step(place.Desk, at, $"leave_requests/{place.Code}", [.. Enumerable.Range(0, Absences.Length).Select(number => Leave(place, number))]);
            yield return story.Step(place.Desk, story.Now.AddMinutes(-30), $"comments/{place.Code}", [.. Enumerable.Range(0, 10).Select(number => Comment(place, number))]);
        }
    }

    private RowWrite StockRequest(Place place, int number, string state)
    {
        var product = assortment.Products[(number * 37 + place.Number * 11) % assortment.Products.Count];
        var other = places.All[2 - place.Number];
        return Story.Insert("stock_requests", story.Ids.Of("stock_request/" + place.Code, number),
            ("number", $"{place.Code}-S-{number + 1:0000}"), ("branch_id", place.Id), ("from_branch_id", number % 3 == 0 ? other.Id : default(Guid?)),
            ("distributor_id", number % 3 == 0 ? default(Guid?) : places.Distributor(number)), ("product_id", product.Id), ("quantity", 6 + number * 2),
            ("date", story.Today.AddDays(number - Asked.Length + 1)), ("needed_on", story.Today.AddDays(number % 5)),
            ("priority", number % 4 == 0 ? "urgent" : "normal"), ("status", state), ("requested_by", place.Cashier.Name),
            ("decided_by", state == "requested" ? null : place.Manager.Name), ("note", $"{product.Name} sells faster than planned"));
    }

    private RowWrite CashRequest(Place place, int number, string state)
    {
        var (purpose, category, amount) = CashNeeds[number];
        return Story.Insert("finance_cash_requests", story.Ids.Of("cash_request/" + place.Code, number),
            ("purpose", purpose), ("amount", amount), ("branch_id", place.Id), ("category", category), ("date", story.Today.AddDays(number - CashNeeds.Length + 1)),
            ("needed_on", story.Today.AddDays(number)), ("requested_by", place.Manager.Name),
            ("decided_by", state == "requested" ? null : Staff.Admin.Name), ("status", state));
    }

    /// <summary>What was paid out for requests, from the safe: no drawer is named.</summary>
    private IEnumerable<RowWrite> CashPaid(Place place, DateTimeOffset at) =>
        from number in Enumerable.Range(0, CashStates.Length)
        where CashStates[number] == "paid"
        select Story.Insert("transactions", story.Ids.Of("expense/" + place.Code, number),
            ("branch_id", place.Id), ("kind", "expense"), ("method", "cash"), ("amount", -CashNeeds[number].Amount), ("at", at),
            ("cash_request_id", story.Ids.Of("cash_request/" + place.Code, number)), ("user_id", place.Manager.Id), ("note", CashNeeds[number].Purpose));

    private RowWrite Leave(Place place, int number)
    {
        var (kind, from, length, status) = Absences[number];
        var person = number % 2 == 0 ? place.Cashier : place.Manager;
        return Story.Insert("leave_requests", story.Ids.Of("leave/" + place.Code, number),
            ("staff_name", person.Name), ("staff_id", person.Id), ("branch_id", place.Id), ("kind", kind), ("starts_on", story.Today.AddDays(from)),
            ("ends_on", story.Today.AddDays(from + length - 1)), ("date", story.Today.AddDays(Math.Min(from, 0) - 2)), ("status", status),
            ("decided_by", status == "requested" ? null : Staff.Admin.Name));
    }

    /// <summary>On the orders and registrations that stand on the boards now.</summary>
    private RowWrite Comment(Place place, int number)
    {
        var isOrder = number % 2 == 0;
        var subject = isOrder ? story.Ids.Of("order/" + place.Code, Days.Told + 5 + number) : story.Ids.Of("registration/" + place.Code, 15 + number);
        return Story.Insert("comments", story.Ids.Of("comment/" + place.Code, number),
            ("branch_id", place.Id), ("subject_table", isOrder ? "orders" : "registrations"), ("subject_id", subject.ToString()),
            ("author_id", place.Cashier.Id), ("author_name", place.Cashier.Name), ("body", Remarks[number % Remarks.Length]));
    }
}
