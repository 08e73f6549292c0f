using System.Diagnostics.CodeAnalysis;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Mutations;

/// <summary>What a rule has against a mutation. On a document of record it is kept as a flag; elsewhere it refuses the mutation.</summary>
public sealed record Objection(string Code, string Reason)
{
    /// <summary>The table at fault.</summary>
    public string? Table { get; init; }

    /// <summary>The field at fault.</summary>
    public string? Field { get; init; }

    /// <summary>What would be right.</summary>
    public string? Remedy { get; init; }

    /// <summary>The row to flag when the mutation is accepted all the same.</summary>
    public Guid? Row { get; init; }
}

/// <summary>
/// A business rule that needs code. Runs inside the transaction, after the schema's own checks and before anything is written.
/// Must be deterministic and must not do I/O of its own.
/// </summary>
[SuppressMessage("Naming", "CA1716", Justification = "The word of the field")]
public abstract class Rule
{
    /// <summary>The rule runs for mutations that write one of these tables.</summary>
    public abstract IReadOnlyList<string> Tables { get; }

    /// <summary>Everything the rule objects to; empty when all is well.</summary>
    public abstract IEnumerable<Objection> Check(RuleContext context);
}

/// <summary>What a rule sees: the mutation's writes, and rows as they stand before it.</summary>
public abstract class RuleContext
{
    /// <summary>The schema in force.</summary>
    public abstract BusinessSchema Schema { get; }

    /// <summary>Who writes.</summary>
    public abstract Writer Writer { get; }

    /// <summary>The writes, defaults filled in.</summary>
    public abstract IReadOnlyList<RowWrite> Writes { get; }

    /// <summary>A live row as it stands before this mutation, or null.</summary>
    public abstract IReadOnlyDictionary<string, FieldValue>? Find(string table, Guid id);

    /// <summary>
    /// Live rows whose field (declared with <c>index</c>, or a ref) has the value, before this mutation; each carries its id as <c>id</c>.
    /// </summary>
    public abstract IReadOnlyList<IReadOnlyDictionary<string, FieldValue>> FindBy(string table, string field, FieldValue value);

    /// <summary>The row as it will stand after this mutation, or null.</summary>
    public abstract IReadOnlyDictionary<string, FieldValue>? After(string table, Guid id);
}
