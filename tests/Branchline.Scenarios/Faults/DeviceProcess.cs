using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Branchline.Scenarios.Faults;

/// <summary>A sale as the journal has it.</summary>
internal sealed record SavedSale(Guid Id, Guid Mutation, string Receipt, int Lines);

/// <summary>
/// A till in a process of its own (Branchline.Scenarios.Device), with a file and a journal that outlive it. It is killed as by a power cut,
/// and started again.
/// </summary>
internal sealed class DeviceProcess(string name, string directory, string journals) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);
    private readonly StringBuilder _said = new();
    private Process? _process;
    private int _settled;

    public string Series { get; } = $"B01-{name}";

    public string File { get; } = Path.Combine(directory, $"{name}.db");

    /// <summary>How its clock goes from its next start on: <c>right</c>, <c>jumping</c>, or so many hours off.</summary>
    public required string Clock { get; set; }

    /// <summary>How often it was killed; each time it may have sold one that it could not put down.</summary>
    public int Kills { get; private set; }

    public IReadOnlyList<SavedSale> Saved =>
        [.. Lines("saved").Select(line => new SavedSale(Guid.Parse(line[1]), Guid.Parse(line[2]), line[3], int.Parse(line[4], CultureInfo.InvariantCulture)))];

    /// <summary>Sales of which it was told that they are not saved.</summary>
    public IReadOnlyList<Guid> Refused => [.. Lines("refused").Select(line => Guid.Parse(line[1]))];

    /// <summary>Mutations that the node has answered.</summary>
    public IReadOnlyList<Guid> Sent => [.. Lines("sent").Select(line => Guid.Parse(line[1]))];

    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    // Where there is room when the file has none.
    private string Journal { get; } = Path.Combine(journals, $"{name}.journal");

    public void Start(Uri node, Shop shop)
    {
        string[] arguments = [node.ToString(), Shop.Email, Shop.Password, File, Journal, Clock, Series, $"{shop.Branch}", .. shop.ProductIds.Select(id => $"{id}")];
        var start = RunningNode.Command(RunningNode.Beside("Branchline.Scenarios.Device"), arguments);
        start.RedirectStandardInput = true;
        lock (_said)
        {
            // What it says from here on is what counts.
            _said.Clear();
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public void Sell() => Tell("sell");

    /// <summary>It stops selling; done when the node has answered for everything and it has read all that the node had.</summary>
    public async Task SettleAsync()
    {
        var word = $"{name}.{++_settled}";
        Tell($"settle {word}");
        await SaysAsync($"settled {word}");
    }

    public async Task PriceAsync(Guid product, long price)
    {
        Tell($"price {product} {price}");
        await SaysAsync($"priced {price}");
    }

    /// <summary>Waits until it has sold so many in all.</summary>
    public Task SoldAsync(int count) => UntilAsync(() => Saved.Count >= count, $"sold {count}");

    /// <summary>Waits until it has said this since it was started.</summary>
    public Task SaysAsync(string words) => UntilAsync(() => Said.Contains(words, StringComparison.Ordinal), $"said “{words}”");

    /// <inheritdoc cref="Tool.TryLimitFiles"/>
    public bool TryLimitFiles(long? bytes) => Tool.TryLimitFiles(_process!, bytes);

    public void Kill()
    {
        if (_process is { } process)
        {
            Kills++;
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            _process = null;
        }
    }

    public void Dispose() => Kill();

    private async Task UntilAsync(Func<bool> isSo, string what)
    {
        for (var since = TimeProvider.System.GetTimestamp(); !isSo();)
        {
            if (_process is not { HasExited: false } || TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException($"{name} never {what}, but said:\n{string.Join('\n', Said.Split('\n').TakeLast(30))}");
            }

            await Task.Delay(Moment, TimeProvider.System);
        }
    }

    private void Tell(string line)
    {
        _process!.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>The journal's whole lines of a kind; the last one may be cut off.</summary>
    private string[][] Lines(string kind)
    {
        using var stream = new FileStream(Journal, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').SkipLast(1).Select(line => line.Split(' ')).Where(line => line[0] == kind)];
    }

    private void Read(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }
}
