using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Branchline.Server.Mutations.Branches;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Gateway.Sync;

/// <summary>
/// Sends the last word to the devices that are connected. Head office settles hundreds of mutations at once and goes on with the next, so each device is
/// told at most four times a second.
/// </summary>
internal sealed partial class WordSender(LastWords words, TimeProvider time, ILogger<WordSender> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, ImmutableArray<LiveConnection>> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _spoken = new(StringComparer.Ordinal);
    private readonly Channel<byte> _signal = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The connection is told from now on, first of what was said while it opened.</summary>
    public void Enter(string device, LiveConnection connection)
    {
        _open.AddOrUpdate(device, _ => [connection], (_, others) => others.Add(connection));
        Ask(device);
    }

    /// <summary>The device may have more that is final than it was told.</summary>
    public void Ask(string device) => Note([device]);

    public void Leave(string device, LiveConnection connection)
    {
        var left = _open.AddOrUpdate(device, _ => [], (_, others) => others.Remove(connection));
        if (left.IsEmpty)
        {
            _open.TryRemove(KeyValuePair.Create(device, left));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        words.Spoken += Note;
        words.TakenBack += NoteAll;
        try
        {
            await foreach (var _ in _signal.Reader.ReadAllAsync(stoppingToken))
            {
                await SendAsync(stoppingToken);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        finally
        {
            words.Spoken -= Note;
            words.TakenBack -= NoteAll;
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        foreach (var device in _spoken.Keys)
        {
            _spoken.TryRemove(device, out _);
            foreach (var connection in _open.GetValueOrDefault(device, []))
            {
                try
                {
                    await connection.SpeakAsync(cancellationToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // It is told with the next word, or when it connects again.
                    LogFailed(device, exception);
                }
            }
        }
    }

    private void NoteAll() => Note([.. _open.Keys]);

    private void Note(IReadOnlyCollection<string> devices)
    {
        foreach (var device in devices.Where(_open.ContainsKey))
        {
            _spoken[device] = 0;
            _signal.Writer.TryWrite(0);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last word could not be read for {Device}")]
    private partial void LogFailed(string device, Exception exception);
}
