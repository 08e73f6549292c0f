using System.Text;
using Branchline.Protocol;
using Branchline.Server;

namespace Branchline.Bench;

/// <summary>A device that pushes batches of one-row mutations, one batch after the other. Bodies are made before the clock runs.</summary>
internal sealed class PushDevice(Seat seat, string name) : IDisposable
{
    private static readonly IdSource Ids = new(TimeProvider.System);
    private readonly Wire _wire = new(seat);
    private readonly DeviceId _device = new(name);
    private readonly Queue<(byte[] Body, int Count, Guid[] Made)> _batches = [];
    private string? _incarnation;
    private long _n;

    /// <summary>The ids of the rows whose mutation was answered as applied.</summary>
    public List<Guid> Acknowledged { get; } = [];

    /// <summary>Makes ready the batches that insert new clients.</summary>
    public void Prepare(int batches, int size)
    {
        for (var batch = 0; batch < batches; batch++)
        {
            var rows = new Guid[size];
            Prepare(size, index => Insert(rows[index] = Ids.Next()), rows);
        }
    }

    /// <summary>Makes ready the batches that change a note of each of these rows.</summary>
    public void PrepareUpdates(ReadOnlySpan<Guid> rows, int size)
    {
        while (!rows.IsEmpty)
        {
            var batch = rows[..Math.Min(size, rows.Length)].ToArray();
            Prepare(batch.Length, index => Update(batch[index], $"Asked for number {_n + 1}"), []);
            rows = rows[batch.Length..];
        }
    }

    /// <summary>Pushes everything prepared and insists that each mutation was applied.</summary>
    public void PushAll()
    {
        while (_batches.TryDequeue(out var batch))
        {
            Push(batch.Body, batch.Count);
            Acknowledged.AddRange(batch.Made);
        }
    }

    /// <summary>Pushes one update, as a till does that sells; its note says which one it was.</summary>
    public void PushUpdate(Guid row, string note) => Push(Encoding.UTF8.GetBytes(",\"mutations\":[" + Update(row, note) + "]}"), 1);

    /// <summary>Pushes one change of a field of any table.</summary>
    public void PushChange((string Table, Guid Row) what, string field, string value) =>
        Push(Encoding.UTF8.GetBytes(",\"mutations\":[" + Mutation(Change(what, field, value)) + "]}"), 1);

    /// <summary>Pushes writes of that kind of rows of any table in one batch.</summary>
    public void PushChanges(string table, IReadOnlyCollection<Guid> rows, string field, Func<Guid, string> value) =>
        Push(Encoding.UTF8.GetBytes(",\"mutations\":[" + string.Join(',', rows.Select(row => Mutation(Change((table, row), field, value(row))))) + "]}"), rows.Count);

    /// <summary>Pushes new rows of any table in one batch; the fields are JSON.</summary>
    public IReadOnlyList<Guid> PushRows(string table, int count, Func<int, string> fields)
    {
        Guid[] rows = [.. Enumerable.Range(0, count).Select(_ => Ids.Next())];
        Push(Encoding.UTF8.GetBytes(",\"mutations\":[" + string.Join(',', rows.Select((row, index) => Mutation(
            $$"""{"table":"{{table}}","id":"{{row}}","kind":"insert","fields":{{fields(index)}}}"""))) + "]}"), count);
        return rows;
    }

    public void Dispose() => _wire.Dispose();

    private void Prepare(int size, Func<int, string> mutation, Guid[] made)
    {
        var body = new StringBuilder(",\"mutations\":[");
        for (var index = 0; index < size; index++)
        {
            body.Append(index == 0 ? "" : ",").Append(mutation(index));
        }

        _batches.Enqueue((Encoding.UTF8.GetBytes(body.Append("]}").ToString()), size, made));
    }

    private void Push(byte[] body, int count)
    {
        var opening = Encoding.UTF8.GetBytes(_incarnation is null ? "{\"incarnation\":null" : $"{{\"incarnation\":\"{_incarnation}\"");
        var answer = _wire.Send(_wire.Head("/sync/push", opening.Length + body.Length), opening, body);
        var applied = answer.Body.Span.Count("\"kind\":\"applied\""u8);
        if (answer.Status != 200 || applied != count)
        {
            throw new InvalidOperationException($"A push of {count} was answered {answer.Status} with {applied} applied: {answer.Text}");
        }

        var text = answer.Body.Span[(answer.Body.Span.IndexOf("\"incarnation\":\""u8) + 15)..];
        _incarnation = Encoding.UTF8.GetString(text[..text.IndexOf((byte)'"')]);
    }

    private string Insert(Guid row) => Mutation(
        $$$"""{"table":"clients","id":"{{{row}}}","kind":"insert","fields":{"name":"Client {{{_n + 1}}}","branch_id":"{{{seat.Branch}}}","phone":"+49 30 {{{_n + 1:D7}}}","email":"client{{{_n + 1}}}@{{{name}}}.example","city":"Berlin"}}""");

    private string Update(Guid row, string note) => Mutation(
        $$$"""{"table":"clients","id":"{{{row}}}","kind":"update","fields":{"note":"{{{note}}}"}}""");

    private static string Change((string Table, Guid Row) what, string field, string value) =>
        $$$"""{"table":"{{{what.Table}}}","id":"{{{what.Row}}}","kind":"update","fields":{"{{{field}}}":"{{{value}}}"}}""";

    private string Mutation(string write)
    {
        var at = new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0, _device);
        return $$$"""{"device":"{{{name}}}","n":{{{++_n}}},"id":"{{{Ids.Next()}}}","at":"{{{at}}}","base":null,"writes":[{{{write}}}]}""";
    }
}
