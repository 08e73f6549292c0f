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
internal sealed class DeviceProcess(string name, string directory, string clock) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);
    private readonly StringBuilder _said = new();
    private Process? _process;
    private int _settled;

    public string Series { get; } = $"B01-{name}";

    public string File { get; } = Path.Combine(directory, $"{name}.db");

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

    // Beside the file's directory: it has room when the file has none.
    private string Journal { get; } = Path.Combine(Path.GetDirectoryName(directory)!, $"{Path.GetFileName(directory)}-{name}.journal");

    public void Start(Uri node, Shop shop)
    {
        string[] arguments = [node.ToString(), Shop.Email, Shop.Password, File, Journal, clock, Series, $"{shop.Branch}", .. shop.ProductIds.Select(id => $"{id}")];
        var start = RunningNode.Command("Branchline.Scenarios.Device", arguments);
        start.RedirectStandardInput = true;
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

    /// <summary>Waits until it has said this, in whichever of its lives.</summary>
    public async Task SaysAsync(string words)
    {
        for (var since = TimeProvider.System.GetTimestamp(); !Said.Contains(words, StringComparison.Ordinal);)
        {
            if (_process is not { HasExited: false } || TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException($"{name} never said “{words}”, but:\n{string.Join('\n', Said.Split('\n').TakeLast(30))}");
            }

            await Task.Delay(Moment, TimeProvider.System);
        }
    }

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

    public void Dispose()
    {
        Kill();
        System.IO.File.Delete(Journal);
    }

    private void Tell(string line)
    {
        _process!.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>The journal's whole lines of a kind; the last one may be cut off.</summary>
    private IEnumerable<string[]> Lines(string kind)
    {
        using var stream = new FileStream(Journal, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n').SkipLast(1).Select(line => line.Split(' ')).Where(line => line[0] == kind).ToArray();
    }

    private void Read(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }
}
