// The generator shares the machine with what it measures: what it spends on a delivery is taken from the figures (fan-out benchmark).
using System.Buffers.Text;

namespace Branchline.Cli.Bench;

/// <summary>What a message carries to be known by: when it left, from which publisher, and as which of that publisher's messages on its channel.</summary>
internal readonly record struct Mark(long At, int Publisher, int Number)
{
    private const int Between = 7;

    /// <summary>Finds it inside the data, which is JSON in a string.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out Mark mark)
    {
        mark = default;
        var start = frame.IndexOf("{\\\"t\\\":"u8);
        if (start < 0)
        {
            return false;
        }

        var rest = frame[(start + Between)..];
        if (!TryTake(ref rest, out var at) || !TryTake(ref rest, out var publisher) || !TryTake(ref rest, out var number))
        {
            return false;
        }

        mark = new Mark(at, (int)publisher, (int)number);
        return true;
    }

    // Each number is followed by ,\"x\": before the next one.
    private static bool TryTake(ref ReadOnlySpan<byte> rest, out long number)
    {
        if (!Utf8Parser.TryParse(rest, out number, out var length) || rest.Length < length + Between)
        {
            return false;
        }

        rest = rest[(length + Between)..];
        return true;
    }
}
