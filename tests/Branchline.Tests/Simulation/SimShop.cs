using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Schema;

namespace Branchline.Tests.Simulation;

/// <summary>A business small enough to be made a thousand times, with one of everything that merges, moves, adds up or is a document.</summary>
internal static class SimShop
{
    private const string Tables = """
        feature: sim
        tables:
          branches:
            label: Branches
            fields:
              name: { type: text, required: true }
            access: { create: [admin], update: [admin], delete: [admin] }
          products:
            label: Products
            fields:
              name:     { type: text, required: true }
              price:    { type: money, required: true, min: 0, group: pricing }
              currency: { type: text, default: USD, group: pricing }
              code:     { type: text, merge: write-once }
              best:     { type: integer, merge: max }
              tags:     { type: json, merge: set-union }
            access: { create: "*", update: "*", delete: "*" }
          notes:
            label: Notes
            scope: { branch: branch_id }
            fields:
              branch_id: { type: ref, table: branches, required: true }
              text:      { type: text, required: true }
              mood:      { type: text }
            access: { create: "*", update: "*", delete: "*" }
          remarks:
            label: Remarks
            scope: { branch: branch_id, through: note_id }
            fields:
              note_id:   { type: ref, table: notes, required: true }
              branch_id: { type: ref, table: branches, required: true }
              text:      { type: text, required: true }
            access: { create: "*", update: "*", delete: "*" }
          tasks:
            label: Tasks
            scope: { user: user_id }
            fields:
              user_id: { type: text, required: true }
              text:    { type: text, required: true }
              status:  { type: enum, values: [open, doing, done], default: open }
            workflow:
              field: status
              start: open
              moves:
                - { from: open, to: doing, roles: [cashier, manager, admin] }
                - { from: [open, doing], to: done, roles: [cashier, manager, admin] }
            access: { create: "*", update: "*", delete: "*" }
          sales:
            label: Sales
            document: true
            scope: { branch: branch_id }
            fields:
              branch_id: { type: ref, table: branches, required: true, merge: write-once }
              receipt:   { type: text, required: true, merge: write-once }
              total:     { type: money, required: true, merge: write-once }
            access: { create: "*", update: "*" }
          payments:
            label: Payments
            kind: ledger
            document: true
            scope: { branch: branch_id }
            fields:
              branch_id: { type: ref, table: branches, required: true }
              sale_id:   { type: ref, table: sales, required: true }
              amount:    { type: money, required: true }
            access: { create: "*" }
          stock:
            label: Stock
            scope: { branch: branch_id }
            fields:
              branch_id:  { type: ref, table: branches, required: true }
              product_id: { type: text, required: true }
              quantity:
                type: integer
                sum: { ledger: moves, field: quantity, match: { branch_id: branch_id, product_id: product_id }, create: true, count: { field: kind, value: count } }
            access: { create: [admin], update: [admin] }
          moves:
            label: Moves
            kind: ledger
            document: true
            scope: { branch: branch_id }
            fields:
              branch_id:  { type: ref, table: branches, required: true }
              product_id: { type: text, required: true }
              kind:       { type: enum, values: [in, sale, count], required: true }
              quantity:   { type: integer, required: true }
            access: { create: "*" }
        """;

    /// <summary>What the shop later adds: an app that does not know it must not lose it.</summary>
    private const string Added = "          mood:      { type: text }\n";

    public static BusinessSchema First { get; } = Load(Tables.Replace(Added, "", StringComparison.Ordinal));

    public static BusinessSchema Later { get; } = Load(Tables);

    public static readonly string[] Shelves = ["rice", "soap", "tea"];

    public static FieldValue Text(string text) => FieldValue.Of(text);

    private static BusinessSchema Load(string yaml) =>
        SchemaSource.FromFiles([KeyValuePair.Create("sim.yaml", yaml)]).Load();
}
