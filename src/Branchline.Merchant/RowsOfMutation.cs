using Branchline.Protocol;
using Branchline.Server.Mutations;

namespace Branchline.Merchant;

/// <summary>A row as a mutation leaves it.</summary>
internal sealed record RowAfter(Guid Id, IReadOnlyDictionary<string, FieldValue> Fields)
{
    public FieldValue this[string field] => Fields.TryGetValue(field, out var value) ? value : FieldValue.Null;

    /// <summary>The number, 0 when there is none.</summary>
    public long Amount(string field) => this[field].AsInteger ?? 0;

    /// <summary>The id a ref points to, or null.</summary>
    public Guid? Ref(string field) => Guid.TryParse(this[field].AsText, out var id) ? id : null;
}

/// <summary>What the shop's rules ask of a mutation: the rows it writes and the rows that belong to them, as they will stand.</summary>
internal static class RowsOfMutation
{
    extension(RuleContext context)
    {
        /// <summary>The rows of a table that the mutation inserts or updates.</summary>
        public IEnumerable<RowAfter> Written(string table) => context.Written(table, static _ => true);

        /// <summary>The rows of a table that the mutation inserts, or of which it updates one of the fields.</summary>
        public IEnumerable<RowAfter> Written(string table, params string[] fields) =>
            context.Written(table, write => write.Kind == WriteKind.Insert || fields.Any(write.Fields.ContainsKey));

        /// <summary>The row as the mutation leaves it, or null.</summary>
        public RowAfter? RowAfter(string table, Guid? id) =>
            id is { } known && context.After(table, known) is { } fields ? new RowAfter(known, fields) : null;

        /// <summary>The rows of a table whose ref points to a row, as the mutation leaves them.</summary>
        public IReadOnlyList<RowAfter> Belonging(string table, string reference, Guid owner)
        {
            var stored = context.FindBy(table, reference, FieldValue.Of(owner.ToString()))
                .Select(row => Guid.TryParse(row["id"].AsText, out var id) ? id : Guid.Empty);
            var written = context.Writes.Where(write => write.Table == table).Select(write => write.Id);
            return [.. stored.Concat(written).Distinct()
                .Select(id => context.RowAfter(table, id))
                .OfType<RowAfter>()
                .Where(row => row.Ref(reference) == owner)];
        }

        private IEnumerable<RowAfter> Written(string table, Func<RowWrite, bool> wanted) =>
            context.Writes
                .Where(write => write.Table == table && write.Kind != WriteKind.Delete && wanted(write))
                .Select(write => write.Id)
                .Distinct()
                .Select(id => context.RowAfter(table, id))
                .OfType<RowAfter>();
    }
}
