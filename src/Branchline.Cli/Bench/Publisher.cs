using System.Buffers.Text;
using System.Text;
using Branchline.Cli.Bench.Measured;

namespace Branchline.Cli.Bench;

/// <summary>One keep-alive connection to the HTTP API: a request, its answer, the next request.</summary>
internal sealed class Publisher(int number, Target target, Traffic traffic) : IDisposable
{
    private const int Enough = 4096;
    private readonly Intake _intake = new(Enough);
    private Stream _stream = Stream.Null;

    public int Number => number;

    public async Task OpenAsync(CancellationToken cancellationToken) => _stream = await target.ConnectAsync(cancellationToken);

    // A request is far smaller than what the system takes without waiting, and at most one is on the way.
    public void Send(ReadOnlyMemory<byte> request) => _stream.Write(request.Span);

    /// <summary>Takes answers until the connection is closed.</summary>
    public async Task ListenAsync()
    {
        try
        {
            for (int count; (count = await _stream.ReadAsync(_intake.Free())) > 0;)
            {
                _intake.Add(count);
                TakeAnswer();
            }

            traffic.Fail("The node closed a connection that published.");
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            traffic.Fail($"A connection that published broke: {failure.Message}");
        }
    }

    public void Dispose() => _stream.Dispose();

    private void TakeAnswer()
    {
        var answer = _intake.Waiting;
        if (WholeLength(answer) is not { } length)
        {
            return;
        }

        if (answer["HTTP/1.1 ".Length] == '2')
        {
            traffic.Answered(this);
        }
        else
        {
            traffic.Fail($"The node refused to publish: {Encoding.UTF8.GetString(answer[..length]).ReplaceLineEndings(" ")}");
        }

        _intake.Drop(length);
    }

    /// <summary>How long the answer is, or null when it is not whole.</summary>
    private static int? WholeLength(ReadOnlySpan<byte> answer)
    {
        var body = answer.IndexOf("\r\n\r\n"u8) + 4;
        if (body < 4)
        {
            return null;
        }

        foreach (var range in answer[..body].Split("\r\n"u8))
        {
            var line = answer[range];
            if (line.Length > 15 && Ascii.EqualsIgnoreCase(line[..15], "content-length:"u8))
            {
                var length = body + (Utf8Parser.TryParse(line[15..].TrimStart((byte)' '), out int count, out _) ? count : 0);
                return answer.Length < length ? null : length;
            }
        }

        var end = answer[body..].IndexOf("0\r\n\r\n"u8);
        return end < 0 ? null : body + end + 5;
    }
}
