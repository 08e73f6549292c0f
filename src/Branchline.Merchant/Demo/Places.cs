using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo;

/// <summary>A till of the demo and the series of its receipts.</summary>
internal sealed record Till(Guid Id, string Code, string Series)
{
    /// <summary>How many receipts it has given out.</summary>
    public int LastReceipt { get; set; }

    public string Device => "demo-" + Series.ToLowerInvariant();

    public string NextReceipt() => $"{Series}-{++LastReceipt:000000}";
}

/// <summary>A branch of the demo with who works there. <paramref name="Number"/> counts from 1.</summary>
internal sealed record Place(
    Guid Id, int Number, string Code, string Name, IReadOnlyList<Till> Tills, StaffMember Cashier, StaffMember Manager, string Releasing)
{
    /// <summary>Where orders and papers are written, next to the tills.</summary>
    public string Desk => "demo-" + Code.ToLowerInvariant() + "-desk";
}

/// <summary>The two branches, their tills, and who delivers to them.</summary>
internal sealed class Places(Story story)
{
    public const string Office = "demo-office";

    /// <summary>How long before the end of the story the branches opened.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(40);

    private const int TillsPerBranch = 2;

    /// <summary>Tills that nobody took yet: a browser that signs in may sell as one of them.</summary>
    private static readonly int[] FreeTills = [3, 4];

    private static readonly (string Name, string Contact, int Terms)[] Suppliers =
    [
        ("Northfield Fresh Produce", "Ines Albers", 7), ("Old Quay Bakery", "Jonas Petersen", 7),
        ("Meadow Dairy Cooperative", "Greta Thomsen", 14), ("Harbour Drinks Wholesale", "Oskar Lund", 30),
        ("Seven Hills Coffee and Tea", "Leila Haddad", 30), ("Sweet Corner Trading", "Pavel Novak", 30),
        ("Granary Foods", "Marta Kowalska", 30), ("Polar Frozen Goods", "Henrik Dahl", 21),
        ("Bright Home Supplies", "Sofia Marin", 30), ("Clearwater Care", "Nils Ekberg", 30),
        ("Paper and Pen Wholesale", "Tara Singh", 45), ("Four Paws Distribution", "Luca Ferri", 30),
    ];

    public IReadOnlyList<Place> All { get; } =
    [
        Open(story, 1, "Harbour Street", Staff.Cashier, Staff.Manager, Staff.Releasing.Name),
        Open(story, 2, "Mill Lane", Staff.SecondCashier, Staff.SecondManager, Staff.SecondManager.Name),
    ];

    public Guid Distributor(int number) => story.Ids.Of("distributor", number % Suppliers.Length);

    public IEnumerable<Mutation> Tell()
    {
        var opened = story.Now - Age;
        yield return story.Step(Office, opened, "branches", [.. All.Select(Branch)]);
        yield return story.Step(Office, opened, "tills", [.. All.SelectMany(TillsOf)]);
        yield return story.Step(Office, opened, "distributors", [.. Suppliers.Select((_, number) => DistributorOf(number))]);
    }

    /// <summary>What the tills' counters stand at when the story has been told.</summary>
    public IEnumerable<Mutation> Close()
    {
        yield return story.Step(Office, story.Now, "counters",
            [.. All.SelectMany(place => place.Tills).Select(till => Story.Update("tills", till.Id, ("last_receipt", till.LastReceipt)))]);
    }

    private static Place Open(Story story, int number, string name, StaffMember cashier, StaffMember manager, string releasing)
    {
        var code = $"B{number:00}";
        IReadOnlyList<Till> tills = [.. Enumerable.Range(1, TillsPerBranch)
            .Select(till => new Till(story.Ids.Of("till/" + code, till), $"T{till}", $"{code}-T{till}"))];
        return new Place(story.Ids.Of("branch", number), number, code, name, tills, cashier, manager, releasing);
    }

    private static RowWrite Branch(Place place) => Story.Insert("branches", place.Id,
        ("name", place.Name), ("code", place.Code), ("address", place.Number == 1 ? "12 Harbour Street" : "48 Mill Lane"),
        ("city", "Northhaven"), ("phone", $"030 23125 {place.Number}00"), ("email", place.Code.ToLowerInvariant() + "@demo.shop"),
        ("currency", "EUR"), ("timezone", "UTC"), ("receipt_header", "Branchline demo shop"),
        ("receipt_footer", "Thank you. Goods may be returned within 14 days with this receipt."),
        ("opening_hours", Cell.Json(new { mon_sat = "08:00-20:00", sun = "09:00-18:00" })), ("status", "active"));

    private IEnumerable<RowWrite> TillsOf(Place place) =>
        place.Tills.Select(till => TillOf(place, till.Id, till.Code, till.Device))
            .Concat(FreeTills.Select(number => TillOf(place, story.Ids.Of("till/" + place.Code, number), $"T{number}", null)));

    private static RowWrite TillOf(Place place, Guid id, string code, string? device) => Story.Insert("tills", id,
        ("name", "Till " + code[1..]), ("code", code), ("branch_id", place.Id), ("device_id", device), ("status", "active"));

    private RowWrite DistributorOf(int number)
    {
        var (name, contact, terms) = Suppliers[number];
        var mailbox = contact.Split(' ')[0].ToLowerInvariant();
        return Story.Insert("distributors", Distributor(number),
            ("name", name), ("contact", contact), ("phone", $"030 23125 {200 + number}"), ("email", $"{mailbox}@supplier{number + 1}.example"),
            ("address", $"{number + 3} Trade Park, Northhaven"), ("tax_number", $"DE9{number:00}456123"),
            ("agreement_data", Cell.Json(new
            {
                payment_days = terms,
                minimum_order = 10_000 + number * 2_500,
                discount_percent = number % 4,
                delivery_days = "mon, thu",
                signed_on = $"2025-{number + 1:00}-15",
            })),
            ("status", number == 11 ? "paused" : "active"));
    }
}
