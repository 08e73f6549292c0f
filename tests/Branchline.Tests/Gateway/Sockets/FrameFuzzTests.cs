using System.Text;
using FsCheck;
using FsCheck.Fluent;
using static Branchline.Tests.Gateway.Sockets.ClientFrames;

namespace Branchline.Tests.Gateway.Sockets;

/// <summary>What clients may send is made up at random, whole and broken, for a minute. <c>make soak</c> goes on for as long as it is told.</summary>
[Trait("Kind", Soak.Kind)]
public sealed class FrameFuzzTests
{
    private const int MaxMessage = 2000;
    private const int Tests = 20_000;
    private static readonly TimeSpan AMinute = TimeSpan.FromMinutes(1);

    [Fact]
    public void However_the_bytes_are_cut_into_packets_the_messages_are_the_same() => Soak.Repeat(_ =>
        Prop.ForAll(Streams().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (stream, seed) =>
        {
            byte[] all = [.. stream.SelectMany(message => message.Frames)];
            return Read(all, [all.Length]).Said.SequenceEqual(stream.SelectMany(message => message.Said))
                && Read(all, Cuts(all.Length, new System.Random(seed))).Said.SequenceEqual(stream.SelectMany(message => message.Said));
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Tests / 4)), among: 3, atLeast: AMinute);

    [Fact]
    public void Broken_bytes_end_in_a_violation_or_in_valid_messages_and_never_in_more() => Soak.Repeat(_ =>
        Prop.ForAll(Streams().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (stream, seed) =>
        {
            var random = new System.Random(seed);
            var all = Mutated([.. stream.SelectMany(message => message.Frames)], random);
            var cuts = Cuts(all.Length, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var whole = Read(all, [all.Length]);
            var isFrugal = GC.GetAllocatedBytesForCurrentThread() - before < Allowed(all.Length);
            return isFrugal && IsSound(whole.Said) && Read(all, cuts).Said.SequenceEqual(whole.Said);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Tests)), among: 3, atLeast: AMinute);

    [Fact]
    public void Bytes_of_no_sense_at_all_never_throw() => Soak.Repeat(_ =>
        Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 255).Select(one => (byte)one)).ToArbitrary(), bytes =>
        {
            // Masked and of a kind there is, so that more than the first byte is looked at.
            byte[] plausible = bytes.Length < 2 ? bytes : [(byte)(bytes[0] & 0x81), (byte)(bytes[1] | 0x80), .. bytes.AsSpan(2)];
            return IsSound(Read(bytes, [bytes.Length]).Said) && IsSound(Read(plausible, [plausible.Length]).Said);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Tests)), among: 3, atLeast: AMinute);

    // Copies of the input, strings and lists of the test; but not what a head promised.
    private static long Allowed(int input) => 64 * 1024 + (16L * input);

    private static bool IsSound(List<string> said) => said
        .Select((one, index) => (one, IsLast: index == said.Count - 1))
        .All(it => it.one.StartsWith("Violation ", StringComparison.Ordinal)
            ? it.IsLast && it.one is "Violation 1002" or "Violation 1003" or "Violation 1007" or "Violation 1009"
            : Encoding.UTF8.GetByteCount(it.one) <= MaxMessage + 10);

    private static Reading Read(byte[] all, IEnumerable<int> cuts)
    {
        using var reading = new Reading(MaxMessage);
        var at = 0;
        foreach (var cut in cuts)
        {
            reading.Feed(all[at..cut]);
            at = cut;
        }

        return reading;
    }

    /// <summary>Ends of packets, most of them short.</summary>
    private static List<int> Cuts(int length, System.Random random)
    {
        var cuts = new List<int>();
        for (var at = 0; at < length; cuts.Add(at))
        {
            at = Math.Min(length, at + (random.Next(3) == 0 ? random.Next(1, 400) : random.Next(1, 12)));
        }

        return cuts;
    }

    private static byte[] Mutated(byte[] bytes, System.Random random)
    {
        var list = bytes.ToList();
        for (var change = random.Next(1, 5); change > 0 && list.Count > 0; change--)
        {
            var at = random.Next(list.Count);
            switch (random.Next(5))
            {
                case 0:
                    list[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    list[at] = random.Next(3) switch { 0 => 0xFF, 1 => 0x7F, _ => (byte)random.Next(256) };
                    break;
                case 2:
                    list.RemoveAt(at);
                    break;
                case 3:
                    list.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    list.InsertRange(at, Head((byte)random.Next(256), random.NextInt64() >> random.Next(64)));
                    break;
            }
        }

        return [.. list];
    }

    private static Gen<Message[]> Streams() => Gen.ArrayOf(Messages()).Resize(12);

    private static Gen<Message> Messages() =>
        from length in Gen.OneOf(Gen.Choose(0, 130), Gen.Choose(0, MaxMessage / 4))
        from seed in Gen.Choose(0, int.MaxValue)
        select Message.Make(length, new System.Random(seed));

    /// <summary>One message in any number of parts, with control frames between them, and what is to be read of it.</summary>
    private sealed record Message(byte[] Frames, string[] Said)
    {
        private static readonly string[] Characters = ["a", "ß", "€", "𝄞", "\0", "\"", "\uFFFC"];

        public static Message Make(int length, System.Random random)
        {
            var text = string.Concat(Enumerable.Range(0, length).Select(_ => Characters[random.Next(Characters.Length)]));
            var bytes = Encoding.UTF8.GetBytes(text);
            var (frames, said, at, code) = (new List<byte>(), new List<string>(), 0, TextCode);
            while (random.Next(3) > 0)
            {
                var part = random.Next(bytes.Length - at + 1);
                frames.AddRange(Part(code, bytes.AsSpan(at, part)));
                (at, code) = (at + part, Continuation);
                if (random.Next(2) == 0)
                {
                    var payload = new byte[random.Next(126)];
                    random.NextBytes(payload);
                    var isPing = random.Next(2) == 0;
                    frames.AddRange(Whole(isPing ? PingCode : PongCode, payload));
                    said.Add($"{(isPing ? "Ping" : "Pong")} {Convert.ToHexString(payload)}");
                }
            }

            frames.AddRange(Whole(code, bytes.AsSpan(at)));
            return new Message([.. frames], [.. said, Reading.Text(text)]);
        }

        public override string ToString() => Convert.ToHexString(Frames);
    }
}
