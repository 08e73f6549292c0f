using System.Buffers;
using System.Text;
using Branchline.Protocol;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Gateway.Tables.Body;

namespace Branchline.Tests.Gateway.Tables.Body;

public sealed class BodyRowsTests
{
    private const string Id = "0197a1c0-0000-7000-8000-000000000001";

    [Fact]
    public void An_object_is_one_row_with_its_values()
    {
        var body = Parse($$"""{ "id": "{{Id}}", "name": "R\u00fcben", "price": 1250, "tax_rate": 7.50, "tracked": true, "cost": null, "tags": [ "a", {"b": 1} ] }""");

        Assert.False(body.IsList);
        var row = Assert.Single(body.Rows);
        Assert.Equal(Guid.Parse(Id), row.Id);
        Assert.Equal(
            ["name=Rüben", "price=1250", "tax_rate=7.5", "tracked=true", "cost=null", """tags=["a",{"b":1}]"""],
            row.Fields.Select(field => $"{field.Key}={field.Value}"));
    }

    [Fact]
    public void A_row_may_be_sent_back_as_it_was_read()
    {
        var body = Parse("""{ "name": "Rice", "created_at": "2026-11-21T08:00:00.000Z", "updated_at": null, "id": null }""");

        Assert.Equal("name", Assert.Single(Assert.Single(body.Rows).Fields.Keys));
        Assert.Null(body.Rows[0].Id);
    }

    [Fact]
    public void A_list_is_several_rows_and_its_errors_name_the_place()
    {
        var body = Parse("""[{ "name": "Rice" }, { "name": "Salt" }]""");

        Assert.True(body.IsList);
        Assert.Equal(["Rice", "Salt"], body.Rows.Select(row => row.Fields["name"].AsText));
        Assert.Equal("[1].name", body.NameOf(1, "name"));
        Assert.Empty(Parse("[]").Rows);
    }

    [Fact]
    public void A_body_cut_anywhere_by_the_network_is_read_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes("""[{ "name": "Räucherlachs", "price": 1250, "unknown_member_with_a_rather_long_name_that_no_field_can_have_at_all": "x" }]""");
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var body = BodyRows.Parse(Shop.Table("products"), Sequence(bytes[..cut], bytes[cut..]));
            Assert.Null(body.Problem);
            Assert.Equal(["Räucherlachs", "1250", "x"], body.Rows[0].Fields.Values.Select(value => value.ToString()));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[{}")]
    [InlineData("{} {}")]
    [InlineData("nonsense")]
    [InlineData("7")]
    [InlineData("\"name\"")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("[[]]")]
    [InlineData("{ \"name\": \"Rice\", }")]
    [InlineData("{ name: \"Rice\" }")]
    [InlineData("{ \"name\": \"Rice\", \"name\": \"Salt\" }")]
    [InlineData("{ \"tags\": { \"a\": 1, \"a\": 2 } }")]
    [InlineData("{ \"name\": \"\\ud800\" }")]
    public void What_is_not_rows_is_malformed(string json) => Assert.Equal(ErrorCodes.MalformedJson, Refuse(json).Code);

    [Fact]
    public void Broken_text_is_malformed()
    {
        byte[] broken = [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Equal(ErrorCodes.MalformedJson, BodyRows.Parse(Shop.Table("products"), new ReadOnlySequence<byte>(broken)).Problem?.Code);
    }

    [Fact]
    public void Nesting_without_end_is_malformed() =>
        Assert.Equal(ErrorCodes.MalformedJson, Refuse($$"""{ "tags": {{new string('[', 70)}}{{new string(']', 70)}} }""").Code);

    [Fact]
    public void The_error_names_the_row_and_the_member()
    {
        Assert.Equal("[1].name", Refuse("""[{}, { "name": "a", "name": "b" }]""").Field);
        Assert.Equal((ErrorCodes.WrongType, "[1].id"), (Refuse("""[{}, { "id": 7 }]""").Code, Refuse("""[{}, { "id": 7 }]""").Field));
        Assert.Equal((ErrorCodes.OutOfRange, "price"), (Refuse("""{ "price": 1e99 }""").Code, Refuse("""{ "price": 1e99 }""").Field));
    }

    [Fact]
    public void A_thousand_rows_are_taken_and_one_more_is_too_many()
    {
        Assert.Null(Parse(Rows(1000)).Problem);
        Assert.Equal(ErrorCodes.BatchTooLarge, Refuse(Rows(1001)).Code);
    }

    private static string Rows(int count) => "[" + string.Join(',', Enumerable.Repeat("{}", count)) + "]";

    private static Branchline.Server.Problem Refuse(string json) => Assert.IsType<Branchline.Server.Problem>(Read(json).Problem);

    private static BodyRows Parse(string json)
    {
        var body = Read(json);
        Assert.Null(body.Problem);
        return body;
    }

    private static BodyRows Read(string json) =>
        BodyRows.Parse(Shop.Table("products"), new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)));

    private static ReadOnlySequence<byte> Sequence(byte[] first, byte[] second)
    {
        var head = new Segment(first, null);
        var tail = new Segment(second, head);
        return new ReadOnlySequence<byte>(head, 0, tail, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
