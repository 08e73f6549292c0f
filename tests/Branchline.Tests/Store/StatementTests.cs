using System.Text;
using Branchline.Sqlite;

namespace Branchline.Tests.Store;

/// <summary>What is bound is what SQLite reads, whatever was bound before and whatever becomes of the caller's copy.</summary>
public sealed class StatementTests
{
    private static readonly string[] Texts =
        ["", "short", "Grüße, 東京 🍵", new('x', 63), new('x', 64), new('x', 65), new('é', 1364), new('é', 1365), new('x', 4096), new('x', 4097), new('y', 100_000), "short again"];

    [Fact]
    public void Texts_of_any_length_come_back_as_they_were_bound_one_after_the_other()
    {
        using var database = Database.Open(":memory:", readOnly: false);
        var statement = database.Prepare("SELECT ?1, ?2, ?3, typeof(?3)");
        foreach (var text in Texts)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            statement.Bind(1, text).BindUtf8(2, utf8).BindBlob(3, utf8);
            Array.Clear(utf8);

            Assert.True(statement.Step());
            Assert.Equal((text, text), (statement.Text(0), statement.Text(1)));
            Assert.Equal(("blob", text), (statement.Text(3), Encoding.UTF8.GetString(statement.Utf8(2))));
            statement.Reset();
        }
    }

    [Fact]
    public void What_is_bound_once_stays_bound_while_other_parameters_change()
    {
        using var database = Database.Open(":memory:", readOnly: false);
        var id = NewId.Next();
        var statement = database.Prepare("SELECT ?1 || ?2 || ?3").Bind(1, "A stays ").Bind(3, id);
        foreach (var text in Texts)
        {
            statement.Bind(2, text);

            Assert.True(statement.Step());
            Assert.Equal($"A stays {text}{id}", statement.Text(0));
            statement.Reset();
        }
    }

    [Fact]
    public void A_statement_that_is_being_read_takes_no_other_value_and_reads_on()
    {
        using var database = Database.Open(":memory:", readOnly: false);
        var statement = database.Prepare("SELECT ?1 UNION ALL SELECT ?1").Bind(1, "first");
        Assert.True(statement.Step());

        Assert.Throws<SqliteFailure>(() => statement.Bind(1, new string('z', 1000)));

        Assert.True(statement.Step());
        Assert.Equal("first", statement.Text(0));
        statement.Reset();
    }

    [Fact]
    public void No_text_is_null_and_an_empty_one_is_not()
    {
        using var database = Database.Open(":memory:", readOnly: false);
        var statement = database.Prepare("SELECT typeof(?1), typeof(?2)").Bind(1, (string?)null).Bind(2, "");

        Assert.True(statement.Step());

        Assert.Equal(("null", "text"), (statement.Text(0), statement.Text(1)));
        statement.Reset();
    }
}
