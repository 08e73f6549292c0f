using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo;

/// <summary>Day after day, branch after branch: what is told later may only take what earlier days left on the shelves.</summary>
internal sealed class Month(Story story, Places places, Shelves shelves, Trade trade, OrderBoard orders)
{
    private static readonly int[] TransfersDaysAgo = [24, 10];

    public IEnumerable<Mutation> Tell() => Enumerable.Range(0, Days.Told + 1).SelectMany(day => DayAt(Days.Told - day));

    private IEnumerable<Mutation> DayAt(int daysAgo)
    {
        var day = story.Today.AddDays(-daysAgo);
        if (TransfersDaysAgo.Contains(daysAgo))
        {
            yield return shelves.Transfer(day);
        }

        foreach (var mutation in places.All.SelectMany(place => trade.DayAt(place, day)))
        {
            yield return mutation;
        }

        if (daysAgo > 0)
        {
            foreach (var mutation in places.All.SelectMany(place => orders.DayAt(place, day)))
            {
                yield return mutation;
            }
        }
    }
}
