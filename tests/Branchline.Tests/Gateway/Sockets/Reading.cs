using System.Buffers;
using System.Text;
using Branchline.Server.Gateway.Sockets;

namespace Branchline.Tests.Gateway.Sockets;

/// <summary>What a <see cref="FrameReader"/> makes of bytes that arrive in pieces, fed to it as a socket feeds it.</summary>
internal sealed class Reading : IDisposable
{
    public static readonly CloseReason TooBig = new(1009, "Too big");

    private readonly FrameReader _reader;
    private byte[] _kept = [];

    public Reading(int maxMessage = 1 << 20) => _reader = new FrameReader(maxMessage, TooBig);

    /// <summary>Kind and payload of everything said so far; a violation is <c>Violation CODE</c>, and the last.</summary>
    public List<string> Said { get; } = [];

    public CloseReason? Violation { get; private set; }

    public bool IsMidway => _reader.IsMidway;

    public static List<string> Of(params byte[][] frames)
    {
        using var reading = new Reading();
        reading.Feed([.. frames.SelectMany(frame => frame)]);
        return reading.Said;
    }

    public static string Text(string text) => "Text " + text;

    public Reading Feed(params byte[] piece)
    {
        if (Violation is not null)
        {
            return this;
        }

        byte[] all = [.. _kept, .. piece];
        var input = new ReadOnlySequence<byte>(all);
        while (Violation is null && _reader.TryRead(ref input, out var frame))
        {
            Take(frame);
        }

        _kept = input.ToArray();
        return this;
    }

    public void Dispose() => _reader.Dispose();

    private void Take(ReceivedFrame frame)
    {
        if (frame.Kind == FrameKind.Violation)
        {
            Violation = frame.Reason;
            Said.Add($"Violation {frame.Reason.Code}");
            return;
        }

        Assert.True(frame.Kind != FrameKind.Text || System.Text.Unicode.Utf8.IsValid(frame.Payload.Span));
        var payload = frame.Kind == FrameKind.Text ? Encoding.UTF8.GetString(frame.Payload.Span) : Convert.ToHexString(frame.Payload.Span);
        Said.Add($"{frame.Kind} {payload}");
    }
}
