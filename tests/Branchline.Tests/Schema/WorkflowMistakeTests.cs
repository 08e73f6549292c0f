namespace Branchline.Tests.Schema;

/// <summary>Workflows whose states, moves or roles do not exist.</summary>
public sealed class WorkflowMistakeTests
{
    public static TheoryData<string, string> Cases => new()
    {
        {
            "workflow: { start: new, moves: [{ from: new, to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: the workflow names no field; write field: FIELD"
        },
        {
            "workflow: { field: stat, start: new, moves: [{ from: new, to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: unknown field \"stat\"; did you mean \"state\"? Use one of state"
        },
        {
            "workflow: { field: name, start: new, moves: [{ from: new, to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: name is no enum; give it type: enum and its states as values"
        },
        {
            "workflow: { field: state, start: nwe, moves: [{ from: new, to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: unknown state \"nwe\"; did you mean \"new\"? Use one of new, sold, gone"
        },
        {
            "workflow: { field: state, moves: [{ from: new, to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: a state is missing; write start: STATE"
        },
        {
            "workflow: { field: state, start: new }",
            "shop.yaml:10: things.workflow: the workflow has no moves; write moves: [{ from: STATE, to: STATE, roles: [ROLE] }]"
        },
        {
            "workflow: { field: state, start: new, moves: [] }",
            "shop.yaml:10: things.workflow: the workflow has no moves; write moves: [{ from: STATE, to: STATE, roles: [ROLE] }]"
        },
        {
            "workflow: { field: state, start: new, order: [new, sold], moves: [{ from: new, to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: the order lacks gone; list every state once"
        },
        {
            "workflow: { field: state, start: new, order: [new, sold, gnoe, gone], moves: [{ from: new, to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: unknown state \"gnoe\"; did you mean \"gone\"? Use one of new, sold, gone"
        },
        {
            "workflow: { field: state, start: new, moves: [{ from: new, to: sodl, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: unknown state \"sodl\"; did you mean \"sold\"? Use one of new, sold, gone"
        },
        {
            "workflow: { field: state, start: new, moves: [{ from: [new, gon], to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: unknown state \"gon\"; did you mean \"gone\"? Use one of new, sold, gone"
        },
        {
            "workflow: { field: state, start: new, moves: [{ to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: a state is missing; write from: STATE"
        },
        {
            "workflow: { field: state, start: new, moves: [{ from: new, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: a state is missing; write to: STATE"
        },
        {
            "workflow: { field: state, start: new, moves: [{ from: new, to: sold }] }",
            "shop.yaml:10: things.workflow: the move does not say who may make it; write roles: [ROLE] or roles: \"*\""
        },
        {
            "workflow: { field: state, start: new, moves: [{ from: new, to: sold, roles: [cahsier] }] }",
            "shop.yaml:10: things.workflow: unknown role \"cahsier\"; did you mean \"cashier\"? Use one of admin, manager, cashier, releasing, *"
        },
        {
            "workflow: { field: state, start: new, moves: [{ from: new, to: new, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: the move from new to new goes nowhere; name another state"
        },
        {
            "workflow: { field: state, start: new, moves: [{ from: new, to: sold, roles: [admin], when: now }] }",
            "shop.yaml:10: things.workflow: unknown key \"when\"; use one of from, to, roles"
        },
        {
            "workflow: { field: state, begin: new, start: new, moves: [{ from: new, to: sold, roles: [admin] }] }",
            "shop.yaml:10: things.workflow: unknown key \"begin\"; use one of field, start, order, moves"
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wrong_workflow_is_named_with_its_line_and_a_remedy(string piece, string said) => Assert.Equal(said, Broken.Table(piece));
}
