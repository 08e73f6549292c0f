using System.Globalization;
using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;

namespace Branchline.Merchant.Demo;

/// <summary>A product of the demo. <paramref name="Demand"/> from 1 (rare) to 9 (in every second basket).</summary>
internal sealed record Product(Guid Id, int Number, string Name, string Sku, long Price, decimal TaxRate, int Demand, bool IsTracked)
{
    public int LowAt => 3 + Demand / 2;

    public long Cost => Price * (52 + (Number * 7 % 22)) / 100;
}

/// <summary>What the demo sells: the lines of <c>catalog.csv</c>.</summary>
internal sealed class Assortment(Story story, Places places)
{
    private const int ProductsPerMutation = 42;

    private readonly Line[] _lines = Read();

    public IReadOnlyList<Product> Products => field ??= [.. _lines.Select(Product)];

    public IEnumerable<Mutation> Tell()
    {
        var at = story.Now.AddDays(-39);
        var categories = _lines.Select(line => line.Category).Distinct().ToList();
        yield return story.Step(Places.Office, at, "categories", [.. categories.Select(CategoryOf)]);

        var writes = _lines.Select((line, number) => ProductOf(line, number, categories.IndexOf(line.Category)));
        foreach (var (index, chunk) in writes.Chunk(ProductsPerMutation).Index())
        {
            yield return story.Step(Places.Office, at, $"products/{index}", chunk);
        }
    }

    private RowWrite CategoryOf(string name, int position) => Story.Insert("categories", story.Ids.Of("category", position),
        ("name", name), ("color", _lines.First(line => line.Category == name).Color), ("position", position), ("status", "active"));

    private RowWrite ProductOf(Line line, int number, int category)
    {
        var product = Products[number];
        return Story.Insert("products", product.Id,
            ("name", line.Name), ("sku", product.Sku), ("barcode", Barcode.Of(category, number)), ("category_id", story.Ids.Of("category", category)),
            ("unit", line.Unit), ("price", line.Price), ("cost", product.Cost), ("tax_rate", line.Tax), ("tracked", product.IsTracked),
            ("low_stock_at", product.LowAt), ("oversell", line.Price >= 1000 ? "pin" : "warn"),
            ("distributor_id", places.Distributor(category)), ("status", "active"));
    }

    private Product Product(Line line, int number)
    {
        var within = number - Array.FindIndex(_lines, other => other.Category == line.Category) + 1;
        var isTracked = !line.Name.EndsWith("to go", StringComparison.Ordinal);
        return new Product(story.Ids.Of("product", number), number, line.Name, $"{line.Prefix}-{within:000}", line.Price, line.Tax, line.Demand, isTracked);
    }

    private static Line[] Read()
    {
        using var stream = typeof(Assortment).Assembly.GetManifestResourceStream("catalog.csv")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Line.Parse)];
    }

    private sealed record Line(string Category, string Prefix, decimal Tax, string Color, string Name, long Price, string Unit, int Demand)
    {
        public static Line Parse(string text)
        {
            var part = text.TrimEnd('\r').Split(';');
            return new Line(part[0], part[1], Number(part[2]), part[3], part[4], Number(part[5]), part[6], Number(part[7]));
        }

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
