using Branchline.Protocol.Schema;
using Branchline.Server.Schema;

namespace Branchline.Tests.Schema;

/// <summary>Small schema files with a piece put in, and what is said about them.</summary>
internal static class Broken
{
    private const string Shop = """
        feature: shop
        tables:
          things:
            fields:
              name: { type: text, required: true }
              state: { type: enum, values: [new, sold, gone] }
              tags: { type: json }
              count: { type: integer, sum: { ledger: moves, field: amount, match: { id: thing } } }
              /field/
            /table/
          moves:
            kind: ledger
            fields:
              thing: { type: ref, table: things, required: true }
              amount: { type: integer }
              what: { type: enum, values: [in, out] }
              /entry/
            /ledger/

        """;

    /// <summary>The piece is line 9: a field of the table things.</summary>
    public static string Field(string piece) => Mistakes(With("/field/", piece));

    /// <summary>The piece is line 10: a key of the table things.</summary>
    public static string Table(string piece) => Mistakes(With("/table/", piece));

    /// <summary>The piece is line 17: a field of the ledger moves.</summary>
    public static string Entry(string piece) => Mistakes(With("/entry/", piece));

    /// <summary>The piece is line 18: a key of the ledger moves.</summary>
    public static string Ledger(string piece) => Mistakes(With("/ledger/", piece));

    public static BusinessSchema WithField(string piece) => Load(("shop.yaml", With("/field/", piece)));

    public static BusinessSchema WithTable(string piece) => Load(("shop.yaml", With("/table/", piece)));

    /// <summary>Everything said about the files, one mistake a line; empty when there is none.</summary>
    public static string Mistakes(params (string Name, string Text)[] files)
    {
        try
        {
            Load(files);
            return "";
        }
        catch (SchemaException error)
        {
            return error.Message;
        }
    }

    /// <summary>Everything said about a file named shop.yaml.</summary>
    public static string Mistakes(string yaml) => Mistakes(("shop.yaml", yaml));

    public static BusinessSchema Load(params (string Name, string Text)[] files) =>
        SchemaSource.FromFiles(files.Select(file => KeyValuePair.Create(file.Name, file.Text))).Load();

    private static string With(string place, string piece) => Shop
        .Replace(place, piece, StringComparison.Ordinal)
        .Replace("/field/", "# no more fields", StringComparison.Ordinal)
        .Replace("/table/", "# no more keys", StringComparison.Ordinal)
        .Replace("/entry/", "# no more fields", StringComparison.Ordinal)
        .Replace("/ledger/", "# no more keys", StringComparison.Ordinal);
}
