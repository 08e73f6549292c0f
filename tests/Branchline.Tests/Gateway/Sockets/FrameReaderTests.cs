using System.Text;
using Branchline.Server.Gateway.Sockets;
using static Branchline.Tests.Gateway.Sockets.ClientFrames;

namespace Branchline.Tests.Gateway.Sockets;

/// <summary>RFC 6455, sections 5.1 to 5.5, 7.4 and 8.1, rule by rule.</summary>
[Collection(nameof(Alone))]
public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(1 << 20)]
    public void A_text_of_every_form_of_length_comes_through(int length)
    {
        var text = new string('x', length);
        Assert.Equal([Reading.Text(text), Reading.Text("next")], Reading.Of(Text(text), Text("next")));
    }

    [Fact]
    public void A_length_written_longer_than_it_need_be_is_understood() =>
        Assert.Equal([Reading.Text("")], Reading.Of([0x81, 0x80 | 126, 0, 0, 1, 2, 3, 4]));

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x20)]
    [InlineData(0x10)]
    [InlineData(0x70)]
    public void Reserved_bits_are_a_violation(byte bits)
    {
        Assert.Equal(["Violation 1002"], Reading.Of(Of((byte)(0x81 | bits), "x"u8)));
        Assert.Equal(["Violation 1002"], Reading.Of(Of((byte)(0x89 | bits), "x"u8)));
        Assert.Equal(["Violation 1002"], Reading.Of(Part(TextCode, "x"u8), Of((byte)(0x80 | bits), "x"u8)));
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0x89)]
    [InlineData(0x88)]
    [InlineData(0x01)]
    public void A_frame_without_a_mask_is_a_violation(byte first) => Assert.Equal(["Violation 1002"], Reading.Of([first, 1, (byte)'x']));

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public void A_kind_of_frame_that_does_not_exist_is_a_violation(int code)
    {
        Assert.Equal(["Violation 1002"], Reading.Of(Whole(code, "x"u8)));
        Assert.Equal(["Violation 1002"], Reading.Of(Part(code, "x"u8)));
    }

    [Fact]
    public void Binary_frames_are_refused_as_such() => Assert.Equal(["Violation 1003"], Reading.Of(Whole(Binary, 1, 2, 3)));

    [Theory]
    [InlineData(CloseCode)]
    [InlineData(PingCode)]
    [InlineData(PongCode)]
    public void A_control_frame_in_parts_or_longer_than_125_bytes_is_a_violation(int code)
    {
        Assert.Equal(["Violation 1002"], Reading.Of(Part(code, "x"u8)));
        Assert.Equal(["Violation 1002"], Reading.Of(Whole(code, new byte[126])));
        Assert.NotEqual(["Violation 1002"], Reading.Of(Whole(code, new byte[125])));
    }

    [Fact]
    public void Control_frames_between_the_parts_of_a_message_come_first_and_leave_it_whole() => Assert.Equal(
        ["Ping 61", "Pong 62", "Ping ", Reading.Text("one two")],
        Reading.Of(
            Part(TextCode, "one"u8), Whole(PingCode, "a"u8), Part(Continuation, " "u8), Whole(PongCode, "b"u8), Whole(PingCode), Whole(Continuation, "two"u8)));

    [Fact]
    public void A_close_frame_in_the_middle_of_a_message_is_heard() =>
        Assert.Equal(["Close 03E8"], Reading.Of(Part(TextCode, "one"u8), Close(1000)));

    [Fact]
    public void Empty_parts_are_parts() => Assert.Equal(
        [Reading.Text("x"), Reading.Text("")],
        Reading.Of(Part(TextCode), Part(Continuation), Part(Continuation, "x"u8), Whole(Continuation), Part(TextCode), Whole(Continuation)));

    [Fact]
    public void A_message_that_goes_on_without_having_begun_is_a_violation()
    {
        Assert.Equal(["Violation 1002"], Reading.Of(Whole(Continuation, "x"u8)));
        Assert.Equal(["Violation 1002"], Reading.Of(Part(Continuation, "x"u8)));
        Assert.Equal([Reading.Text("x"), "Violation 1002"], Reading.Of(Text("x"), Whole(Continuation, "x"u8)));
    }

    [Fact]
    public void A_message_that_begins_inside_another_is_a_violation()
    {
        Assert.Equal(["Violation 1002"], Reading.Of(Part(TextCode, "x"u8), Text("y")));
        Assert.Equal(["Violation 1002"], Reading.Of(Part(TextCode, "x"u8), Part(TextCode, "y"u8)));
    }

    [Fact]
    public void A_character_may_be_split_over_frames_and_over_packets()
    {
        var bytes = Encoding.UTF8.GetBytes("ä€𝄞");
        byte[][] frames = [Part(TextCode), .. bytes.Select(one => Part(Continuation, one)), Whole(Continuation)];
        Assert.Equal([Reading.Text("ä€𝄞")], Reading.Of(frames));

        using var reading = new Reading();
        foreach (var one in frames.SelectMany(frame => frame))
        {
            reading.Feed(one);
        }

        Assert.Equal([Reading.Text("ä€𝄞")], reading.Said);
    }

    [Theory]
    [InlineData("C328")]            // a second byte that is none
    [InlineData("ED A0 80")]        // half a surrogate pair
    [InlineData("F4 90 80 80")]     // beyond the last character
    [InlineData("C0 AF")]           // longer than need be
    [InlineData("E2 82")]           // cut off
    [InlineData("FF")]
    public void Text_that_is_not_UTF_8_is_a_violation(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(["Violation 1007"], Reading.Of(Whole(TextCode, bytes)));
        Assert.Equal(["Violation 1007"], Reading.Of(Part(TextCode, "ok"u8), Whole(Continuation, bytes)));
    }

    [Fact]
    public void The_largest_message_is_taken_and_one_byte_more_is_not()
    {
        using var whole = new Reading(100);
        Assert.Equal([Reading.Text(new string('x', 100)), "Violation 1009"], whole.Feed(Text(new string('x', 100))).Feed(Text(new string('x', 101))).Said);

        using var parts = new Reading(100);
        Assert.Equal(["Violation 1009"], parts.Feed(Part(TextCode, new byte[60])).Feed(Whole(Continuation, new byte[41])).Said);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(65536)]
    [InlineData(int.MaxValue)]
    [InlineData(uint.MaxValue)]
    [InlineData(long.MaxValue - 1)]
    [InlineData(long.MaxValue)]
    public void A_head_that_promises_too_much_is_refused_at_once_wherever_it_stands(long length)
    {
        using var first = new Reading(100);
        Assert.Equal(["Violation 1009"], first.Feed(Head(0x81, length)).Said);

        using var later = new Reading(100);
        Assert.Equal(["Violation 1009"], later.Feed(Part(TextCode, "x"u8)).Feed(Head(0x80, length)).Said);
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0x89)]
    public void A_length_of_64_bits_is_a_violation(byte first) => Assert.Equal(["Violation 1002"], Reading.Of(Head(first, -1)));

    [Fact]
    public void What_a_head_promises_is_not_allocated_before_it_comes()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reading = new Reading(256 * 1024 * 1024);
        reading.Feed(Head(0x81, 200 * 1024 * 1024)).Feed((byte)'x');
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        Assert.True(reading.IsMidway);
    }

    [Fact]
    public void An_idle_reader_holds_no_buffer()
    {
        const int Readers = 2000;
        var message = Text(new string('x', 60_000));
        var readers = Enumerable.Range(0, Readers).Select(_ => new Reading(100_000)).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var reader in readers)
        {
            Assert.Single(reader.Feed(message).Said);
            reader.Said.Clear();
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Readers * 2000L);
        readers.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public void Nothing_behind_a_violation_is_read() => Assert.Equal(["Violation 1002"], Reading.Of(Whole(3), Text("x"), Whole(PingCode)));

    [Fact]
    public void A_head_cut_anywhere_waits_for_the_rest()
    {
        var frame = Text(new string('x', 70_000));
        for (var cut = 0; cut < 20; cut++)
        {
            using var reading = new Reading();
            Assert.Empty(reading.Feed(frame[..cut]).Said);
            Assert.Single(reading.Feed(frame[cut..]).Said);
        }
    }

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(1003, 1003)]
    [InlineData(1007, 1007)]
    [InlineData(1011, 1011)]
    [InlineData(1014, 1014)]
    [InlineData(3000, 3000)]
    [InlineData(4999, 4999)]
    [InlineData(0, 1002)]
    [InlineData(999, 1002)]
    [InlineData(1004, 1002)]
    [InlineData(1005, 1002)]
    [InlineData(1006, 1002)]
    [InlineData(1015, 1002)]
    [InlineData(1016, 1002)]
    [InlineData(2999, 1002)]
    [InlineData(5000, 1002)]
    [InlineData(65535, 1002)]
    public void A_goodbye_is_answered_with_its_code_or_with_what_is_wrong_with_it(int code, int answer) =>
        Assert.Equal(answer, ControlFrame.AnswerTo([(byte)(code >> 8), (byte)code, .. "bye"u8]).Code);

    [Fact]
    public void A_goodbye_without_a_code_is_fine_half_a_code_or_a_broken_reason_is_not()
    {
        Assert.Equal(1000, ControlFrame.AnswerTo([]).Code);
        Assert.Equal(1002, ControlFrame.AnswerTo([3]).Code);
        Assert.Equal(1007, ControlFrame.AnswerTo([0x03, 0xE8, 0xC3, 0x28]).Code);
    }

    [Fact]
    public void A_goodbye_of_ours_fits_into_a_control_frame_and_stays_text()
    {
        var frame = ControlFrame.Close(new CloseReason(4100, new string('x', 122) + "ä"));
        Assert.InRange(frame[1], 2, 125);
        Assert.True(System.Text.Unicode.Utf8.IsValid(frame.AsSpan(4)));
    }
}
