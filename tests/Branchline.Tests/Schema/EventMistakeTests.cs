namespace Branchline.Tests.Schema;

/// <summary>Events that could never be heard.</summary>
public sealed class EventMistakeTests
{
    public static TheoryData<string, string> Cases => new()
    {
        {
            "events: { channel: things, name: thing.made }",
            "shop.yaml:10: things.events: events must be a list; write - { channel: CHANNEL, name: NAME } or - { word: WORD }"
        },
        {
            "events: [{ channel: things }]",
            "shop.yaml:10: things.events: an event is a channel with a name, or a word; write channel: and name:, or only word:"
        },
        {
            "events: [{ name: thing.made }]",
            "shop.yaml:10: things.events: an event is a channel with a name, or a word; write channel: and name:, or only word:"
        },
        {
            "events: [{ word: made, channel: things, name: thing.made }]",
            "shop.yaml:10: things.events: an event is a channel with a name, or a word; write channel: and name:, or only word:"
        },
        {
            "events: [{}]",
            "shop.yaml:10: things.events: an event is a channel with a name, or a word; write channel: and name:, or only word:"
        },
        { "events: [made]", "shop.yaml:10: things.events: this must be a map; give it channel, name, word, on, fields" },
        {
            "events: [{ channel: things, name: thing.made, onn: [insert] }]",
            "shop.yaml:10: things.events: unknown key \"onn\"; did you mean \"on\"? Use one of channel, name, word, on, fields"
        },
        {
            "events: [{ channel: my things, name: thing.made }]",
            "shop.yaml:10: things.events: \"my things\" is no channel; use letters, digits and _ - = @ , . ; only, without the prefix private-, presence-, cache- or encrypted-"
        },
        {
            "events: [{ channel: private-things, name: thing.made }]",
            "shop.yaml:10: things.events: \"private-things\" is no channel; use letters, digits and _ - = @ , . ; only, without the prefix private-, presence-, cache- or encrypted-"
        },
        {
            "events: [{ channel: cache-things, name: thing.made }]",
            "shop.yaml:10: things.events: \"cache-things\" is no channel; use letters, digits and _ - = @ , . ; only, without the prefix private-, presence-, cache- or encrypted-"
        },
        {
            "events: [{ channel: things, name: \"pusher:made\" }]",
            "shop.yaml:10: things.events: \"pusher:made\" cannot name an event; use 1 to 200 characters that do not begin with pusher or client-"
        },
        {
            "events: [{ channel: things, name: \"things:{verb}\" }]",
            "shop.yaml:10: things.events: unknown placeholder in \"things:{verb}\"; the only placeholder is {action}"
        },
        {
            "events: [{ channel: things, name: thing.made, on: [inserted] }]",
            "shop.yaml:10: things.events: unknown occasion \"inserted\"; did you mean \"insert\"? Use one of insert, update, delete, move, move:STATE"
        },
        {
            "events: [{ channel: things, name: thing.made, on: [] }]",
            "shop.yaml:10: things.events: the event never happens; leave on out, or list insert, update, delete, move"
        },
        {
            "events: [{ channel: things, name: thing.made, on: [move] }]",
            "shop.yaml:10: things.events: the table has no workflow, so nothing moves; use insert, update or delete"
        },
        {
            "events: [{ channel: things, name: thing.made, fields: [id, nmae] }]",
            "shop.yaml:10: things.events: unknown field \"nmae\"; did you mean \"name\"? Use one of name, state, tags, count, id, created_at, updated_at"
        },
        {
            "workflow: { field: state, start: new, moves: [{ from: new, to: sold, roles: [admin] }] }\n    events: [{ word: sold, on: [\"move:slod\"] }]",
            "shop.yaml:11: things.events: unknown state \"slod\"; did you mean \"sold\"? Use one of new, sold, gone"
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wrong_event_is_named_with_its_line_and_a_remedy(string piece, string said) => Assert.Equal(said, Broken.Table(piece));
}
