using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Branchline.Cli.Bench;
using Branchline.Cli.Bench.Measured;
using Branchline.Server;

namespace Branchline.Cli;

/// <summary><c>branchline bench</c>: what this machine can do, measured on it.</summary>
internal static class BenchVerb
{
    private static readonly Option<string> Cases = new("--cases")
    {
        Description = $"Which cases, separated by commas (default {LoadCase.All}).",
        HelpName = "NAME[,NAME]",
        DefaultValueFactory = _ => LoadCase.All,
    };

    private static readonly Option<int> Subscribers = Number("--subscribers", 1000, 100_000, "How many listen; the case idle opens ten times as many connections.");

    private static readonly Option<int> Seconds = Number("--seconds", 5, 600, "How long each case is measured, after a warm-up of the same length up to 4 s.");

    private static readonly Option<int> Runs = Number("--runs", 3, 100, "How often; the median counts.");

    private static readonly Option<bool> Tls = new("--tls") { Description = "The node serves https, with a certificate made for it." };

    private static readonly Option<FileInfo?> Json = new("--json") { Description = "Also write everything there.", HelpName = "FILE" };

    private static readonly Option<string?> Url = new("--url")
    {
        Description = "Measure a node that already runs; its CPU and memory are not seen.",
        HelpName = "URL",
    };

    private static readonly Option<string?> App = Word("--app", "ID", "The id of an app of that node; PUSHER_APP_ID without it.");

    private static readonly Option<string?> Key = Word("--key", "KEY", "The app's key; PUSHER_APP_KEY without it.");

    private static readonly Option<string?> Secret = Word("--secret", "SECRET", "The app's secret; PUSHER_APP_SECRET without it, which others on this machine cannot read.");

    private static readonly Option<bool> Remote = new("--remote") { Description = "The running node may be on another machine." };

    public static Command Create()
    {
        var realtime = new Command("realtime", "Measure how messages reach subscribers: a node of its own is started, put under load and removed.")
        {
            Cases, Subscribers, Seconds, Runs, Tls, Json, Url, App, Key, Secret, Remote,
        };
        realtime.SetAction(async (parsed, cancellationToken) =>
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var interrupt = Catch(PosixSignal.SIGINT, ended);
            using var terminate = Catch(PosixSignal.SIGTERM, ended);
            using var hangUp = Catch(PosixSignal.SIGHUP, ended);
            return await MeasureAsync(parsed, ended.Token);
        });
        return new Command("bench", "Measure this machine.") { realtime };
    }

    private static async Task<int> MeasureAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var names = parsed.GetRequiredValue(Cases).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var asked = names.Distinct().Select(name => LoadCase.Named(name, parsed.GetValue(Subscribers))).ToArray();
        var cases = Array.ConvertAll(asked, one => one.FitTo(Machine.Files ?? int.MaxValue));
        var notes = asked.Zip(cases).Where(pair => pair.First != pair.Second).Select(GivenUp).ToArray();
        OneThread.Choose();
        var target = parsed.GetValue(Url) is { } url ? await FindAsync(parsed, url, cancellationToken) : null;
        var bench = new RealtimeBench(target, TimeSpan.FromSeconds(parsed.GetValue(Seconds)), parsed.GetValue(Tls), TimeProvider.System);
        var runs = new List<CaseFigures>();
        try
        {
            for (var run = 1; run <= parsed.GetValue(Runs); run++)
            {
                foreach (var one in cases)
                {
                    Console.Error.WriteLine($"{one.Name}, run {run} of {parsed.GetValue(Runs)} ...");
                    runs.Add(await bench.MeasureAsync(one, cancellationToken));
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new StartRefusedException("interrupted before everything was measured.");
        }

        return Tell(runs, notes, parsed.GetValue(Json));
    }

    private static int Tell(List<CaseFigures> runs, string[] notes, FileInfo? json)
    {
        var figures = runs.GroupBy(run => run.Case).Select(ofCase => CaseFigures.Middle([.. ofCase])).ToArray();
        Report.Show(figures, notes);
        if (json is not null)
        {
            Report.Write(json.FullName, figures, notes, runs);
        }

        return Array.TrueForAll(figures, one => one.IsWhole) ? 0 : 1;
    }

    private static async Task<Target> FindAsync(ParseResult parsed, string given, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(given, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || parsed.GetValue(Tls))
        {
            throw new StartRefusedException("--url takes the http:// or https:// address of a running node; --tls is for a node of the bench's own.");
        }

        var address = await AddressOfAsync(url, cancellationToken);
        if (!IPAddress.IsLoopback(address) && !parsed.GetValue(Remote))
        {
            throw new StartRefusedException($"{url.Host} is not this machine; add --remote if the node is yours and may be put under full load.");
        }

        if (parsed.GetValue(Remote))
        {
            Console.Error.WriteLine($"Warning: full load is put on {url.Host} and the network to it; whoever uses either will notice.");
        }

        return new Target(url, address, new AppWords(Given(parsed, App, "ID"), Given(parsed, Key, "KEY"), Given(parsed, Secret, "SECRET")));
    }

    private static async Task<IPAddress> AddressOfAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(url.DnsSafeHost, cancellationToken))[0];
        }
        catch (SocketException failure)
        {
            throw new StartRefusedException($"{url.Host} is not known: {failure.Message}", failure);
        }
    }

    private static string Given(ParseResult parsed, Option<string?> option, string word) =>
        parsed.GetValue(option) is { } typed ? typed
            : Environment.GetEnvironmentVariable("PUSHER_APP_" + word) is { Length: > 0 } set ? set
            : throw new StartRefusedException($"{option.Name} is missing: measuring a running node needs id, key and secret of one of its apps.");

    private static string GivenUp((LoadCase Asked, LoadCase Done) pair) =>
        $"{pair.Done.Name}: {pair.Done.Connections:N0} connections instead of {pair.Asked.Connections:N0}: a process may have {Machine.Files:N0} files open (ulimit -n).";

    private static Option<int> Number(string name, int usual, int most, string description)
    {
        var option = new Option<int>(name) { Description = $"{description} The default is {usual}.", HelpName = "COUNT", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && (value < 1 || value > most))
            {
                result.AddError($"{name} is between 1 and {most:N0}.");
            }
        });
        return option;
    }

    private static Option<string?> Word(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    private static PosixSignalRegistration Catch(PosixSignal signal, CancellationTokenSource ended) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        ended.Cancel();
    });
}
