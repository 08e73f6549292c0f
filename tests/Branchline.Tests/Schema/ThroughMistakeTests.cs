namespace Branchline.Tests.Schema;

/// <summary>Rows that follow those of another table: which they may follow.</summary>
public sealed class ThroughMistakeTests
{
    [Fact]
    public void A_parent_without_a_scope_of_the_kind_is_refused() => Assert.Equal(
        "s.yaml:8: b: a has another scope than branch; give a a scope by branch, or leave through out", Said("everyone", "{ branch: at, through: a }"));

    [Fact]
    public void A_parent_of_another_kind_of_scope_is_refused() => Assert.Equal(
        "s.yaml:8: b: a has another scope than branch; give a a scope by branch, or leave through out", Said("{ user: at }", "{ branch: at, through: a }"));

    [Fact]
    public void Rows_that_follow_each_other_in_a_circle_are_refused() => Assert.Equal(
        "s.yaml:4: a: the rows would follow each other in a circle; let one of the tables stand by its own field\n"
        + "s.yaml:8: b: the rows would follow each other in a circle; let one of the tables stand by its own field",
        Said("{ branch: at, through: b }", "{ branch: at, through: a }"));

    [Fact]
    public void A_ledger_follows_nothing() => Assert.Equal(
        "s.yaml:8: b: a ledger's entries never change, so they cannot follow another row; leave through out",
        Said("{ branch: at }", "{ branch: at, through: a }\n    kind: ledger"));

    [Fact]
    public void A_chain_is_fine() => Assert.Equal("", Said("{ branch: at }", "{ branch: at, through: a }"));

    private static string Said(string scopeOfA, string scopeOfB) => Broken.Mistakes(("s.yaml", $$"""
        feature: s
        tables:
          a:
            scope: {{scopeOfA}}
            fields:
              { at: { type: text, required: true }, b: { type: ref, table: b } }
          b:
            scope: {{scopeOfB}}
            fields:
              { at: { type: text, required: true }, a: { type: ref, table: a } }
        """));
}
