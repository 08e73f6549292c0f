using System.Text;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Plain;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Branchline.Tests.Gateway.Plain;

public sealed class EventStreamTests : IDisposable
{
    private static readonly SocketRules Rules = new()
    {
        MaxMessageBytes = 1000,
        QueueBytes = 1000,
        TooBig = new CloseReason(1009, ""),
        TooSlow = new CloseReason(4429, "Too slow to read; connect again"),
        Restarting = new CloseReason(1012, ""),
    };

    private readonly StoppedClock _clock = new();
    private readonly StalledBody _body = new();
    private readonly Lifetime _lifetime = new();
    private readonly EventStream _stream;

    public EventStreamTests()
    {
        var context = new DefaultHttpContext();
        context.Response.Body = _body;
        context.Features.Set<IHttpRequestLifetimeFeature>(_lifetime);
        _stream = new EventStream(context, Rules, () => "e.1", _clock);
    }

    [Fact]
    public async Task A_reader_that_takes_too_little_is_ended_with_a_reason_and_what_waits_is_dropped()
    {
        var running = _stream.RunAsync();
        Say("first");
        await _body.Writing.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Say(new string('x', 600));
        Say(new string('x', 600));
        Say("never");
        _body.Go.SetResult();
        await running.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal("id: e.1\ndata: first\n\nevent: close\ndata: {\"code\":4429,\"reason\":\"Too slow to read; connect again\"}\n\n", _body.Text);
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_for_half_a_minute_is_cut()
    {
        _ = _stream.RunAsync();
        Say("first");
        await _body.Writing.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Pass(30);
        Assert.False(_lifetime.IsAborted);
        Pass(1);

        Assert.True(_lifetime.IsAborted);
    }

    [Fact]
    public async Task A_text_of_several_lines_stays_one_event()
    {
        _body.Go.SetResult();
        Say("one\ntwo");
        _stream.Close(Rules.Restarting);
        await _stream.RunAsync();

        Assert.StartsWith("id: e.1\ndata: one\ndata: two\n\nevent: close\n", _body.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_stream_says_every_fifteen_seconds_that_it_is_there()
    {
        _body.Go.SetResult();
        var running = _stream.RunAsync();
        Pass(15);
        Pass(1);
        await _stream.WhenSentAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(":\n\n", _body.Text);
        _stream.Close(new CloseReason(1012, "bye"));
        await running.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    public void Dispose() => _body.Dispose();

    private void Say(string text) => _stream.Send(TextFrame.Encode(Encoding.UTF8.GetBytes(text)));

    private void Pass(int seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        _stream.Check();
    }

    /// <summary>Takes nothing until it may.</summary>
    private sealed class StalledBody : MemoryStream
    {
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Writing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writing.TrySetResult();
            await Go.Task.WaitAsync(cancellationToken);
            await base.WriteAsync(buffer, cancellationToken);
        }
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;
    }
}
