using Branchline.Protocol;
using Branchline.Protocol.Checks;
using Branchline.Protocol.Schema;

namespace Branchline.Tests.Schema;

/// <summary>What protocol/sync/checks.json does not say: what is written in the end, and what the node itself may do.</summary>
public sealed class RowChecksTests
{
    private static readonly Guid Id = Guid.Parse("0193f0a1-0000-7000-8000-000000000a01");

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 23, 30, 0, 123, TimeSpan.FromHours(-2));

    private static readonly BusinessSchema Shop = Broken.Load(("shop.yaml", """
        feature: shop
        tables:
          orders:
            fields:
              number: { type: text, required: true }
              total: { type: money, default: 0 }
              made_at: { type: timestamp, default: now }
              made_on: { type: date, required: true, default: today }
              state: { type: enum, values: [draft, paid, released, lost], required: true }
              owner: { type: ref, table: orders }
              points: { type: integer, merge: server-only }
              paid: { type: money, sum: { ledger: payments, field: amount, match: { id: order } } }
            access: { create: [cashier], update: [cashier, manager] }
            workflow:
              field: state
              start: draft
              moves: [{ from: draft, to: paid, roles: [cashier] }, { from: paid, to: released, roles: [manager] }]
          payments:
            kind: ledger
            fields: { order: { type: ref, table: orders, required: true }, amount: { type: money, required: true } }
        """));

    [Fact]
    public void An_order_gets_its_defaults_at_the_time_it_is_written()
    {
        var (error, fields) = Check(WriteKind.Insert, Fields(("number", "B1-7")));
        Assert.Null(error);
        Assert.Equal(
            Fields(("number", "B1-7"), ("total", 0), ("made_at", "2026-11-22T01:30:00.123Z"), ("made_on", "2026-11-21"), ("state", "draft")),
            fields);
    }

    [Fact]
    public void What_an_order_says_itself_is_not_overwritten_by_defaults_not_even_null()
    {
        var (error, fields) = Check(WriteKind.Insert, Fields(("number", "B1-7"), ("total", 5), ("made_at", FieldValue.Null), ("made_on", "2026-01-01")));
        Assert.Null(error);
        Assert.Equal((FieldValue.Of(5), FieldValue.Null, FieldValue.Of("2026-01-01")), (fields["total"], fields["made_at"], fields["made_on"]));
    }

    [Fact]
    public void An_update_gets_no_defaults_and_is_not_copied_when_it_is_in_order()
    {
        var sent = Fields(("total", 5));
        var (error, fields) = Check(WriteKind.Update, sent, Fields(("state", "draft")));
        Assert.Null(error);
        Assert.Same(sent, fields);
    }

    [Fact]
    public void Values_are_kept_in_the_form_of_the_wire_and_what_was_sent_stays_as_it_was()
    {
        var sent = Fields(("owner", Id.ToString().ToUpperInvariant()), ("made_at", "2026-11-21T10:00:00+02:00"), ("id", Id.ToString()));
        var (error, fields) = Check(WriteKind.Update, sent, Fields(("state", "draft")));
        Assert.Null(error);
        Assert.Equal(Fields(("owner", Id.ToString()), ("made_at", "2026-11-21T08:00:00.000Z")), fields);
        Assert.Equal(3, sent.Count);
    }

    [Fact]
    public void A_delete_writes_nothing()
    {
        var (error, fields) = Check(WriteKind.Delete, Fields(("nonsense", 1)), role: "admin");
        Assert.Null(error);
        Assert.Empty(fields);
    }

    [Fact]
    public void The_node_may_write_what_only_the_node_writes_and_move_what_it_will()
    {
        Assert.Null(Check(WriteKind.Insert, Fields(("number", "1"), ("points", 7), ("state", "lost")), role: "node").Error);
        Assert.Null(Check(WriteKind.Update, Fields(("state", "draft")), Fields(("state", "lost")), "node").Error);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("cashier")]
    public void Nobody_writes_a_sum_or_the_times_that_the_node_keeps(string role)
    {
        foreach (var name in (string[])["paid", "created_at", "updated_at"])
        {
            var error = Check(WriteKind.Update, Fields((name, 5)), Fields(("state", "draft")), role).Error;
            Assert.Equal((ErrorCodes.ReadOnlyField, name), (error?.Code, error?.Field));
        }
    }

    [Fact]
    public void A_state_that_no_move_leads_to_is_no_beginning() =>
        Assert.Equal(ErrorCodes.IllegalMove, Check(WriteKind.Insert, Fields(("number", "1"), ("state", "lost"))).Error?.Code);

    [Fact]
    public void An_order_without_a_state_may_get_one_that_its_role_can_move_to()
    {
        Assert.Null(Check(WriteKind.Update, Fields(("state", "paid")), Fields(("state", FieldValue.Null))).Error);
        Assert.Equal(
            ErrorCodes.MoveNotAllowed, Check(WriteKind.Update, Fields(("state", "released")), Fields(("state", FieldValue.Null))).Error?.Code);
    }

    [Fact]
    public void A_refusal_says_what_is_wrong_and_what_would_be_right()
    {
        Assert.Equal(
            new CheckError(ErrorCodes.UnknownField, "orders has no field totl", "orders", "totl", "Did you mean total?"),
            Check(WriteKind.Update, Fields(("totl", 5))).Error);
        Assert.Equal(
            new CheckError(ErrorCodes.Required, "orders.number is required", "orders", "number", "Send a number"),
            Check(WriteKind.Insert, Fields()).Error);
        Assert.Equal(
            new CheckError(ErrorCodes.IllegalMove, "Orders cannot go from draft to released", "orders", "state", "Move it to paid"),
            Check(WriteKind.Update, Fields(("state", "released")), Fields(("state", "draft"))).Error);
        Assert.Equal(
            new CheckError(
                ErrorCodes.MoveNotAllowed, "The role cashier may not move orders from paid to released", "orders", "state", "Ask manager"),
            Check(WriteKind.Update, Fields(("state", "released")), Fields(("state", "paid"))).Error);
        Assert.Equal(
            new CheckError(ErrorCodes.AccessDenied, "The role manager may not create orders", "orders", null, "Ask cashier"),
            Check(WriteKind.Insert, Fields(("number", "1")), role: "manager").Error);
    }

    private static (CheckError? Error, IReadOnlyDictionary<string, FieldValue> Fields) Check(
        WriteKind kind, Dictionary<string, FieldValue> fields, Dictionary<string, FieldValue>? row = null, string role = "cashier")
    {
        var error = RowChecks.Check(Shop, new RowWrite("orders", Id, kind, fields), row, role, Now, out var kept);
        return (error, kept);
    }

    private static Dictionary<string, FieldValue> Fields(params (string Name, object Value)[] fields) => fields.ToDictionary(
        field => field.Name,
        field => field.Value switch
        {
            FieldValue value => value,
            int number => FieldValue.Of(number),
            var text => FieldValue.Of((string)text),
        });
}
