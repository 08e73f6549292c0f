using System.Text;
using Branchline.Server.Fanout;
using Branchline.Server.Fanout.Channels;

namespace Branchline.Tests.Fanout.Channels;

public sealed class ChannelStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Traffic _traffic = new();

    [Fact]
    public void A_seat_hears_exactly_what_came_after_it_was_added_and_before_it_left()
    {
        var stream = new ChannelStream(_traffic);
        var (early, late) = (Open(), Open());
        Add(stream, early);
        Say(stream, "one");
        Add(stream, late);
        Say(stream, "two");
        Remove(stream, early);
        Say(stream, "three");

        Assert.Equal(["one", "two"], early.Ear.Heard);
        Assert.Equal(["two", "three"], late.Ear.Heard);
        Assert.Equal(4, _traffic.Delivered);
    }

    [Fact]
    public void Whoever_comes_between_frames_that_wait_hears_those_behind_it()
    {
        var stream = new ChannelStream(_traffic);
        var (first, second) = (Open(), Open());
        Add(stream, first);
        lock (stream.Gate)
        {
            stream.Append(Frame("one"), Reach.All);
            stream.Append(Frame("two"), Reach.All);
            stream.Add(second.Seat);
            stream.Append(Frame("three"), Reach.All);
        }

        stream.Carry();
        Assert.Equal(["one", "two", "three"], first.Ear.Heard);
        Assert.Equal(["three"], second.Ear.Heard);
        Assert.Equal(1, first.Ear.Sends);
    }

    [Fact]
    public void A_broadcast_is_written_once_and_shared()
    {
        // As many as whoever speaks carries to: this thread's memory is looked at.
        const int Seats = 64, Bytes = 50_000;
        var stream = new ChannelStream(_traffic);
        var deaf = Enumerable.Range(0, Seats).Select(_ => new Deaf()).ToList();
        deaf.ForEach(one => Add(stream, (new Ear(), new Seat(one, Audience.Everything))));
        var frame = Frame(new string('x', Bytes));
        Carry(stream, frame);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Carry(stream, frame);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.All(deaf, one => Assert.Equal(2L * frame.Length, one.Bytes));
        Assert.InRange(allocated, 0, 4L * Bytes);
    }

    [Fact]
    public void Nothing_reaches_one_who_left_before_it_was_carried_and_leaving_twice_is_leaving_once()
    {
        var stream = new ChannelStream(_traffic);
        var (gone, other) = (Open(), Open());
        Add(stream, gone);
        Add(stream, other);
        lock (stream.Gate)
        {
            stream.Append(Frame("one"), Reach.All);
            stream.Remove(gone.Seat);
            stream.Remove(gone.Seat);
        }

        stream.Carry();
        Assert.Empty(gone.Ear.Heard);
        Assert.Equal(["one"], other.Ear.Heard);
        Assert.Equal(1, stream.Count);
    }

    [Fact]
    public void Rows_reach_who_may_see_their_scope_and_never_who_caused_the_event()
    {
        var stream = new ChannelStream(_traffic);
        var everything = Open();
        var here = Open(Audience.Of(["branch:1"]));
        var there = Open(Audience.Of(["branch:2", "user:7"]));
        foreach (var one in new[] { everything, here, there })
        {
            Add(stream, one);
        }

        lock (stream.Gate)
        {
            stream.Append(Frame("of 1"), new Reach("branch:1", null));
            stream.Append(Frame("of 2"), new Reach("branch:2", null));
            stream.Append(Frame("of all but here"), new Reach(null, here.Ear));
            stream.Append(Frame("of 7 but there"), new Reach("user:7", there.Ear));
            stream.Append(Frame("of all"), Reach.All);
        }

        stream.Carry();
        Assert.Equal(["of 1", "of 2", "of all but here", "of 7 but there", "of all"], everything.Ear.Heard);
        Assert.Equal(["of 1", "of all"], here.Ear.Heard);
        Assert.Equal(["of 2", "of all but here", "of all"], there.Ear.Heard);
    }

    [Fact]
    public void Equal_scopes_are_one_audience_whatever_their_order()
    {
        Assert.Same(Audience.Of(["a", "b", "a"]), Audience.Of(["b", "a"]));
        Assert.NotSame(Audience.Of(["a"]), Audience.Of(["b"]));
        Assert.False(Audience.Of([]).Hears("a"));
        Assert.True(Audience.Of([]).Hears(null));
    }

    [Fact]
    public void What_is_said_to_nobody_is_kept_for_nobody()
    {
        var stream = new ChannelStream(_traffic);
        Say(stream, "one");
        var late = Open();
        Add(stream, late);
        Say(stream, "two");
        Assert.Equal(["two"], late.Ear.Heard);
    }

    /// <summary>
    /// Several threads publish, join and leave. Under the gate each notes what it does; so the log is the order in which things happened, and
    /// what every seat must have heard is read off it.
    /// </summary>
    [Fact, Trait("Kind", Soak.Kind)]
    public void In_a_thousand_interleavings_of_threads_every_seat_hears_what_the_log_says() => Soak.Repeat(round =>
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            new Interleaving((round * 1000) + seed).Run();
        }
    });

    private static (Ear Ear, Seat Seat) Open(Audience? audience = null)
    {
        var ear = new Ear();
        return (ear, new Seat(ear, audience ?? Audience.Everything));
    }

    private static void Carry(ChannelStream stream, byte[] frame)
    {
        lock (stream.Gate)
        {
            stream.Append(frame, Reach.All);
        }

        stream.Carry();
    }

    private static byte[] Frame(string text) => TextFrame.Encode(Encoding.UTF8.GetBytes(text));

    private static void Add(ChannelStream stream, (Ear Ear, Seat Seat) one)
    {
        lock (stream.Gate)
        {
            stream.Add(one.Seat);
        }
    }

    private static void Remove(ChannelStream stream, (Ear Ear, Seat Seat) one)
    {
        lock (stream.Gate)
        {
            stream.Remove(one.Seat);
        }
    }

    private static void Say(ChannelStream stream, string text)
    {
        lock (stream.Gate)
        {
            stream.Append(Frame(text), Reach.All);
        }

        stream.Carry();
    }

    /// <summary>Keeps what it hears.</summary>
    private sealed class Ear : Subscriber
    {
        private readonly List<string> _heard = [];
        private int _inside;

        public int Sends { get; private set; }

        public List<string> Heard
        {
            get
            {
                lock (_heard)
                {
                    return [.. _heard];
                }
            }
        }

        public override void Send(ReadOnlySpan<byte> frames)
        {
            // Two at a time would be no order at all.
            Assert.Equal(1, Interlocked.Increment(ref _inside));
            lock (_heard)
            {
                while (TextFrame.TryTake(ref frames, out var text))
                {
                    _heard.Add(Encoding.UTF8.GetString(text));
                }

                Sends++;
            }

            Interlocked.Decrement(ref _inside);
        }
    }

    /// <summary>Counts and keeps nothing.</summary>
    private sealed class Deaf : Subscriber
    {
        public long Bytes { get; private set; }

        public override void Send(ReadOnlySpan<byte> frames) => Bytes += frames.Length;
    }

    private sealed class Interleaving(int seed)
    {
        private const int Threads = 3;
        private static readonly string[] Scopes = ["a", "b"];
        private readonly ChannelStream _stream = new(new Traffic());
        private readonly List<Step> _log = [];   // under the stream's gate

        /// <summary>More than may be carried by whoever publishes, in one round of three.</summary>
        private int AlwaysThere => seed % 3 == 0 ? 70 : 2;

        public void Run()
        {
            for (var index = 0; index < AlwaysThere; index++)
            {
                Join(Open(index % 2 == 0 ? null : Audience.Of([Scopes[index / 2 % 2]])));
            }

            Task.WaitAll([.. Enumerable.Range(0, Threads).Select(thread => Task.Run(() => Act(thread)))], Patience);
            Drain();
            Check();
        }

        private void Act(int thread)
        {
            var random = new Random((seed * Threads) + thread);
            var mine = new List<(Ear Ear, Seat Seat)>();
            for (var step = 0; step < 12; step++)
            {
                switch (random.Next(4))
                {
                    case 0:
                        mine.Add(Open(random.Next(2) == 0 ? null : Audience.Of([Scopes[random.Next(2)]])));
                        Join(mine[^1]);
                        break;
                    case 1 when mine.Count > 0:
                        Leave(mine[random.Next(mine.Count)]);
                        break;
                    default:
                        Publish($"{thread}.{step}", new Reach(
                            random.Next(3) == 0 ? Scopes[random.Next(2)] : null,
                            random.Next(4) == 0 && mine.Count > 0 ? mine[random.Next(mine.Count)].Ear : null));
                        break;
                }
            }
        }

        private void Join((Ear Ear, Seat Seat) one)
        {
            lock (_stream.Gate)
            {
                _stream.Add(one.Seat);
                _log.Add(new Step(one, null, default));
            }
        }

        private void Leave((Ear Ear, Seat Seat) one)
        {
            lock (_stream.Gate)
            {
                _stream.Remove(one.Seat);
                _log.Add(new Step(one, null, default) { IsLeaving = true });
            }
        }

        private void Publish(string text, Reach reach)
        {
            lock (_stream.Gate)
            {
                _stream.Append(Frame(text), reach);
                _log.Add(new Step(default, text, reach));
            }

            _stream.Carry();
        }

        /// <summary>What one thread says last is carried by then or by somebody who is still at it; it is waited for.</summary>
        private void Drain()
        {
            var end = Open();
            Join(end);
            Publish("end", Reach.All);
            Assert.True(SpinWait.SpinUntil(() => end.Ear.Heard.Count > 0, Patience), $"seed {seed}: nothing is carried any longer");

            // The frame reaches the last seats of the batch after it was heard here.
            Assert.True(SpinWait.SpinUntil(
                () => _log.Where(step => step.Text is null && !step.IsLeaving && step.Of.Seat.Index >= 0).All(step => step.Of.Ear.Heard.LastOrDefault() == "end"),
                Patience), $"seed {seed}: somebody did not hear the end");
        }

        private void Check()
        {
            foreach (var (index, joined) in _log.Index().Where(it => it.Item.Text is null && !it.Item.IsLeaving))
            {
                var left = _log.FindIndex(step => step.IsLeaving && step.Of.Ear == joined.Of.Ear);
                var must = Heard(index, left < 0 ? _log.Count : left, joined);
                var may = Heard(index, _log.Count, joined);
                var heard = joined.Of.Ear.Heard;

                // Whoever leaves may still hear what is on its way, in order, but need not.
                var isSame = left < 0 ? heard.SequenceEqual(must) : heard.SequenceEqual(may.Take(heard.Count));
                Assert.True(isSame, $"seed {seed}: heard {string.Join(' ', heard)}; must {string.Join(' ', must)}");
            }
        }

        private List<string> Heard(int from, int to, Step joined) =>
        [
            .. _log[from..to].Where(step => step.Text is not null
                    && step.Reach.Except != joined.Of.Ear && joined.Of.Seat.Audience.Hears(step.Reach.Scope))
                .Select(step => step.Text!),
        ];

        private sealed record Step((Ear Ear, Seat Seat) Of, string? Text, Reach Reach)
        {
            public bool IsLeaving { get; init; }
        }
    }
}
