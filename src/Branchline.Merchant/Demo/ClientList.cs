using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo;

/// <summary>The clients of each branch, and what the shop does to see them again: appointments, visits, campaigns.</summary>
internal sealed class ClientList(Story story, Places places)
{
    public const int PerBranch = 45;

    private static readonly string[] Streets = ["Quay Road", "Church Lane", "Station Street", "Elm Walk", "Market Square", "Lindenweg"];
    private static readonly string[] Reasons = ["Gift basket", "Wine tasting", "Large order", "Coffee subscription", "Party platter", "Returns and repairs"];
    private static readonly string[] Purposes = ["Delivery feedback", "New office kitchen", "Weekly fruit box", "Contract renewal", "Tasting at the client's"];
    private static readonly string[] DayStates = ["confirmed", "scheduled", "scheduled", "confirmed", "cancelled"];

    public static Guid IdOf(Story story, Place place, int number) => story.Ids.Of("client/" + place.Code, number);

    /// <summary>The name of a branch's client.</summary>
    public static string NameOf(Place place, int number) => Names.Of(place.Number * 100 + number);

    public IEnumerable<Mutation> Tell()
    {
        foreach (var place in places.All)
        {
            var chance = story.Chance(40 + place.Number);
            yield return story.Step(place.Desk, story.Now.AddDays(-38), $"clients/{place.Code}",
                [.. Enumerable.Range(0, PerBranch).Select(number => Client(place, number, chance))]);
            yield return story.Step(place.Desk, story.Now.AddDays(-6), $"appointments/{place.Code}", [.. Appointments(place, chance)]);
            yield return story.Step(place.Desk, story.Now.AddDays(-5), $"visits/{place.Code}", [.. Visits(place, chance)]);
        }

        yield return story.Step(Places.Office, story.Now.AddDays(-20), "campaigns", [.. Campaigns()]);
    }

    private RowWrite Client(Place place, int number, Random chance)
    {
        var person = place.Number * 100 + number;
        return Story.Insert("clients", IdOf(story, place, number),
            ("name", Names.Of(person)), ("branch_id", place.Id), ("phone", Names.Phone(person)), ("email", Names.Mail(person)),
            ("address", $"{chance.Next(1, 90)} {Streets[number % Streets.Length]}"), ("city", "Northhaven"),
            ("since", story.Today.AddDays(-chance.Next(40, 900))), ("last_visit_on", story.Today.AddDays(-chance.Next(0, 25))),
            ("credit_limit", number % 6 == 0 ? 20_000 : default(long?)), ("consent", number % 3 != 0),
            ("tags", Cell.Json(number % 5 == 0 ? ["regular"] : Array.Empty<string>())), ("status", number % 22 == 21 ? "inactive" : "active"));
    }

    /// <summary>From the start of last week to the end of the next, most of them today and tomorrow.</summary>
    private IEnumerable<RowWrite> Appointments(Place place, Random chance)
    {
        int[] days = [-6, -4, -3, -2, -1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8];
        foreach (var (number, offset) in days.Index())
        {
            var client = chance.Next(PerBranch);
            var slot = number + (place.Number * 3);
            var status = offset < 0 ? (number == 2 ? "no_show" : "completed") : DayStates[number % DayStates.Length];
            yield return Story.Insert("appointments", story.Ids.Of("appointment/" + place.Code, number),
                ("title", Reasons[slot % Reasons.Length]), ("branch_id", place.Id), ("client_id", IdOf(story, place, client)),
                ("client_name", NameOf(place, client)), ("date", story.Today.AddDays(offset)), ("time", $"{9 + slot * 5 % 9:00}:{slot % 2 * 30:00}"),
                ("minutes", number % 3 == 0 ? 60 : 30), ("staff_id", place.Manager.Id), ("staff_name", place.Manager.Name), ("status", status));
        }
    }

    private IEnumerable<RowWrite> Visits(Place place, Random chance)
    {
        int[] days = [-21, -14, -9, -5, -2, 0, 1, 3, 6, 10];
        foreach (var (number, offset) in days.Index())
        {
            var isDone = offset < 0;
            var client = chance.Next(PerBranch);
            yield return Story.Insert("visits", story.Ids.Of("visit/" + place.Code, number),
                ("purpose", Purposes[number % Purposes.Length]), ("branch_id", place.Id),
                ("client_id", number % 4 == 3 ? default(Guid?) : IdOf(story, place, client)),
                ("distributor_id", number % 4 == 3 ? places.Distributor(number) : default(Guid?)), ("date", story.Today.AddDays(offset)),
                ("staff_name", place.Manager.Name), ("outcome", isDone ? "Agreed, follow up next month" : null),
                ("follow_up_on", isDone ? story.Today.AddDays(offset + 30) : default(DateOnly?)), ("status", isDone ? "done" : "planned"));
        }
    }

    private IEnumerable<RowWrite> Campaigns()
    {
        (string Name, string Medium, int From, int To, long Budget, string Status)[] all =
        [
            ("Coffee morning", "in_store", -12, 9, 15_000, "running"), ("Fresh fruit week", "social", -3, 4, 30_000, "running"),
            ("Baking days", "print", 6, 20, 45_000, "planned"), ("Pet food trial", "email", 14, 28, 20_000, "draft"),
            ("Autumn soups", "in_store", -40, -12, 25_000, "finished"), ("Household bundle", "sms", -8, 12, 12_000, "paused"),
        ];
        foreach (var (number, campaign) in all.Index())
        {
            yield return Story.Insert("campaigns", story.Ids.Of("campaign", number),
                ("name", campaign.Name), ("branch_id", number % 3 == 0 ? places.All[number / 3 % 2].Id : default(Guid?)), ("medium", campaign.Medium),
                ("message", campaign.Name + ": ask at the till"), ("starts_on", story.Today.AddDays(campaign.From)),
                ("ends_on", story.Today.AddDays(campaign.To)), ("discount", number % 2 == 0 ? 10m : 0m), ("budget", campaign.Budget),
                ("reached", campaign.From < 0 ? 140 + number * 37 : 0), ("status", campaign.Status));
        }
    }
}
