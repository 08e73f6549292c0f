using System.Collections.Frozen;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Mutations.Branches;

/// <summary>
/// The lanes between a branch and its master, in the order in which a round takes them: <c>sales</c> holds documents of record, ledgers and what is
/// summed from them, <c>prices</c> what everyone sees, <c>master-data</c> the rest. What goes wrong in one stops no other.
/// </summary>
internal sealed class Lanes
{
    /// <summary>Documents of record, ledgers and the tables that hold their sums.</summary>
    public const string Sales = "sales";

    /// <summary>Tables that everyone sees.</summary>
    public const string Prices = "prices";

    /// <summary>Everything else.</summary>
    public const string MasterData = "master-data";

    private readonly FrozenDictionary<string, string> _byTable;

    public Lanes(BusinessSchema schema)
    {
        _byTable = schema.Tables.Values.ToFrozenDictionary(table => table.Name, Of, StringComparer.Ordinal);
    }

    /// <summary>Their names in order.</summary>
    public static IReadOnlyList<string> InOrder { get; } = [Sales, Prices, MasterData];

    /// <summary>The lane of a table; one that is not declared goes with the rest.</summary>
    public string Of(string table) => _byTable.GetValueOrDefault(table, MasterData);

    /// <summary>The tables of a lane.</summary>
    public IReadOnlyList<string> Tables(string lane) =>
        [.. _byTable.Where(pair => pair.Value == lane).Select(pair => pair.Key).Order(StringComparer.Ordinal)];

    /// <summary>The first lane of those of the mutation's tables.</summary>
    public string Of(Mutation mutation) => First(mutation.Writes.Select(write => Of(write.Table)));

    /// <summary>The one that a round takes first.</summary>
    public static string First(IEnumerable<string> lanes) => lanes.MinBy(Place)!;

    private static int Place(string lane) => lane switch { Sales => 0, Prices => 1, _ => 2 };

    private static string Of(TableSchema table) =>
        table.Document || table.Kind == TableKind.Ledger || table.Fields.Values.Any(field => field.Sum is not null) ? Sales : table.Scope.Kind == ScopeRule.Everyone ? Prices : MasterData;
}
