namespace Branchline.Merchant.Demo;

/// <summary>One product in a basket.</summary>
internal sealed record BasketLine(Product Product, int Quantity)
{
    public long Total => Product.Price * Quantity;

    /// <summary>The tax that is part of the total.</summary>
    public long Tax => (long)Math.Round(Total * Product.TaxRate / (100 + Product.TaxRate), MidpointRounding.AwayFromZero);
}

/// <summary>What people take: what is wanted often is taken often, and never more than stands on the shelf.</summary>
internal sealed class Baskets
{
    private static readonly int[] LineCounts = [1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 6];

    // Nobody leaves with nothing because one shelf was empty.
    private const int MostReaches = 50;

    private readonly Shelves _shelves;
    private readonly Product[] _byDemand;

    public Baskets(Assortment assortment, Shelves shelves)
    {
        _shelves = shelves;
        _byDemand = [.. assortment.Products.SelectMany(product => Enumerable.Repeat(product, product.Demand * product.Demand))];
    }

    public IReadOnlyList<BasketLine> Fill(Place place, Random chance)
    {
        var lines = new List<BasketLine>();
        var wanted = LineCounts[chance.Next(LineCounts.Length)];
        for (var reach = 0; reach < wanted || (lines.Count == 0 && reach < MostReaches); reach++)
        {
            var product = _byDemand[chance.Next(_byDemand.Length)];
            var quantity = Math.Min(chance.Next(10) < 7 ? 1 : chance.Next(2, 5), _shelves.OnHand(place, product));
            if (quantity > 0 && lines.TrueForAll(line => line.Product != product))
            {
                lines.Add(new BasketLine(product, quantity));
            }
        }

        return lines;
    }
}
