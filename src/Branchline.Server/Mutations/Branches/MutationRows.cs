using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Mutations.Branches;

/// <summary>The rows a mutation is about: what may not overtake it, and what it may not overtake.</summary>
internal static class MutationRows
{
    /// <summary>The rows it writes.</summary>
    public static IEnumerable<(string Table, Guid Row)> Written(Mutation mutation) => mutation.Writes.Select(write => (write.Table, write.Id));

    /// <summary>The rows it writes and those that they name.</summary>
    public static IEnumerable<(string Table, Guid Row)> All(BusinessSchema schema, Mutation mutation) =>
        Written(mutation).Concat(
            from write in mutation.Writes
            let table = schema.Tables.GetValueOrDefault(write.Table)
            where table is not null
            from value in write.Fields
            let field = table.Fields.GetValueOrDefault(value.Key)
            where field?.Table is not null && Guid.TryParse(value.Value.AsText, out _)
            select (field.Table, Guid.Parse(value.Value.AsText!)));
}
