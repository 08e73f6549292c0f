using Branchline.Protocol;

namespace Branchline.Server.Mutations.Cases;

/// <summary>What a person can decide about a case. These six are all there is.</summary>
internal abstract record CaseDecision(long Id)
{
    /// <summary>Send a tray entry's mutation again; with <paramref name="Writes"/>, these in place of its own.</summary>
    public sealed record Resend(long Id, IReadOnlyList<RowWrite>? Writes) : CaseDecision(Id);

    /// <summary>Give a tray entry up; it stays to be read.</summary>
    public sealed record Discard(long Id, string? Why) : CaseDecision(Id);

    /// <summary>Lay a mutation into the tray that its device does not get through with, or say more about one that lies there.</summary>
    public sealed record HandOver(Mutation Mutation, Objection Words, CaseNote Note) : CaseDecision(0);

    /// <summary>Write a conflict's lost value back.</summary>
    public sealed record Undo(long Id) : CaseDecision(Id);

    /// <summary>Choose between the values of an open conflict: the one that the row holds, or the other.</summary>
    public sealed record Choose(long Id, bool TakeLost) : CaseDecision(Id);

    /// <summary>Say that a flagged row was looked at.</summary>
    public sealed record Clear(long Id, string? Why) : CaseDecision(Id);
}

/// <summary>What is said of a case, and what the step is called.</summary>
internal readonly record struct CaseNote(string Action, string? Text)
{
    /// <summary>Its person gave it to the managers.</summary>
    public const string HandOver = "hand_over";

    /// <summary>It was in a journal that somebody imported.</summary>
    public const string Import = "import";
}
