using System.Buffers.Text;
using System.Text;

namespace Branchline.Bench;

/// <summary>Single REST creates a second from 64 connections.</summary>
internal static class RestFigure
{
    private const int Connections = 64;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    public static Figure Measure(Seat seat, int runs, List<Guid> acknowledged)
    {
        Caller[] callers = [.. Enumerable.Range(1, Connections).Select(number => new Caller(seat, number))];
        _ = Run(callers, WarmUp);
        var (rates, cpu) = (new double[runs], new double[runs]);
        for (var run = 0; run < runs; run++)
        {
            var before = seat.Node.CpuTime;
            rates[run] = Run(callers, Length);
            cpu[run] = (seat.Node.CpuTime - before).TotalMicroseconds / (rates[run] * Length.TotalSeconds);
        }

        foreach (var caller in callers)
        {
            acknowledged.AddRange(caller.Acknowledged);
            caller.Dispose();
        }

        return new Figure("Single REST creates from 64 connections", "creates/s", rates) { Floor = 6_000, Cpu = cpu };
    }

    private static double Run(Caller[] callers, TimeSpan length)
    {
        var before = callers.Sum(caller => caller.Acknowledged.Count);
        var took = Crowd.Run(callers, caller => caller.CreateFor(length));
        return (callers.Sum(caller => caller.Acknowledged.Count) - before) / took.TotalSeconds;
    }

    /// <summary>One connection; the next create is sent when the last was answered.</summary>
    private sealed class Caller : IDisposable
    {
        private const int Digits = 8;
        private readonly Wire _wire;
        private readonly byte[] _head;
        private readonly byte[] _body;
        private readonly int[] _numberPlaces;
        private int _count;

        public Caller(Seat seat, int number)
        {
            var zero = new string('0', Digits);
            _body = Encoding.UTF8.GetBytes(
                $$"""{"name":"Caller {{zero}}","branch_id":"{{seat.Branch}}","phone":"+49 30 {{zero}}","email":"caller{{zero}}@{{number}}.example","city":"Berlin"}""");
            _numberPlaces = [.. Places(_body, Encoding.UTF8.GetBytes(zero))];
            _wire = new Wire(seat);
            _head = _wire.Head("/api/clients", _body.Length);
        }

        public List<Guid> Acknowledged { get; } = [];

        public void CreateFor(TimeSpan length)
        {
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < length)
            {
                Create();
            }
        }

        public void Dispose() => _wire.Dispose();

        private void Create()
        {
            _count++;
            foreach (var place in _numberPlaces)
            {
                _count.TryFormat(_body.AsSpan(place, Digits), out _, "D8");
            }

            var answer = _wire.Send(_head, _body);
            var id = answer.Body.Span.IndexOf("\"id\":\""u8);
            if (answer.Status != 201 || id < 0 || !Utf8Parser.TryParse(answer.Body.Span[(id + 6)..], out Guid row, out _))
            {
                throw new InvalidOperationException($"A create was answered {answer.Status}: {answer.Text}");
            }

            Acknowledged.Add(row);
        }

        private static IEnumerable<int> Places(byte[] body, byte[] number)
        {
            for (var at = body.AsSpan().IndexOf(number); at >= 0;)
            {
                yield return at;
                var next = body.AsSpan(at + Digits).IndexOf(number);
                at = next < 0 ? -1 : at + Digits + next;
            }
        }
    }
}
