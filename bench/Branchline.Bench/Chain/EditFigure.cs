using Branchline.Bench.Engine;

namespace Branchline.Bench.Chain;

/// <summary>
/// What an edit of one field of a row of 30 costs on the line, counted between branch and master: every byte of the round that brings a batch of 100
/// up, questions for news of other lanes and heads of HTTP, too.
/// </summary>
internal static class EditFigure
{
    private const int Edits = 100;
    private const int Fields = 30;

    // A branch's table, and one whose rows have 30 fields.
    private static readonly string Schema = $$"""
        feature: cards
        tables:
          branches:
            label: Branches
            scope: everyone
            title: name
            fields:
              name: { type: text, required: true, max: 120 }
              code: { type: text, max: 10 }
            access:
              create: [admin]
              update: [admin]
          cards:
            label: Cards
            scope: { branch: branch_id }
            title: field_01
            fields:
              branch_id: { type: ref, table: branches, required: true }
        {{string.Concat(Enumerable.Range(1, Fields - 1).Select(number => $"      field_{number:D2}: {{ type: text, max: 200 }}\n"))}}    access:
              create: [manager, admin]
              update: [manager, admin]
        """;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(BenchRun run)
    {
        var schema = Directory.CreateTempSubdirectory("branchline-schema-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(schema, "cards.yaml"), Schema);
            return await MeasureAsync(run, ["serve", "--schema", schema]);
        }
        finally
        {
            Directory.Delete(schema, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(BenchRun run, string[] verb)
    {
        await using var shop = await Shop.OpenAsync(run.Program, verb);
        await using var proxy = new CountingProxy(shop.Office.Address);
        var invitation = await shop.InviteAsync("Cards");
        var branch = await shop.JoinAsync(invitation, Shop.ByHand, verb, proxy.Address);
        await branch.RunRoundAsync();
        using var device = new PushDevice(await branch.SeatAsync("manager", invitation.Branch), "till-7");
        var rows = device.PushRows("cards", Edits, row => $"{{\"branch_id\":\"{invitation.Branch}\",{string.Join(',', Enumerable.Range(1, Fields - 1).Select(field => $"\"field_{field:D2}\":\"Row {row}, field {field}\""))}}}");
        await branch.RunRoundAsync();
        var (up, down) = (new double[run.Runs], new double[run.Runs]);
        for (var time = 0; time < run.Runs; time++)
        {
            device.PushChanges("cards", rows, "field_17", row => $"Seen at {TimeProvider.System.GetUtcNow():HH:mm:ss.fffffff}, {row.ToString()[^6..]}");
            var before = proxy.Counted;
            _ = (await branch.RunRoundAsync()).GetProperty("applied").GetInt32() == Edits ? 0 : throw new InvalidOperationException("The round has not brought every edit");
            var after = proxy.Counted;
            (up[time], down[time]) = ((double)(after.Up - before.Up) / Edits, (double)(after.Down - before.Down) / Edits);
        }

        return
        [
            new Figure("An edit of one field of a row of 30, up, in a batch of 100", "bytes", up) { Ceiling = 400 },
            new Figure("The answers to it, down", "bytes", down),
        ];
    }
}
