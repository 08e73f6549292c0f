using System.CommandLine;
using System.Net;
using Branchline.Merchant.Demo;
using Branchline.Server;
using Branchline.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Branchline.Cli;

/// <summary><c>branchline up</c>: a shop to try things in, made on the first start and kept.</summary>
internal static class UpVerb
{
    private static readonly Option<bool> Demo = new("--demo")
    {
        Description = "Make the demo shop on the first start.",
    };

    private static readonly Option<bool> Lan = new("--lan")
    {
        Description = "Listen on every address of this machine, not only on its own: the demo's passwords are known.",
    };

    public static Command Create()
    {
        var command = new Command("up", "Start with everything made ready; --demo makes a shop to try things in.") { Demo, Lan };
        var arguments = new NodeArguments();
        arguments.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, arguments, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, NodeArguments arguments, CancellationToken cancellationToken)
    {
        var settings = arguments.Read(parsed);
        var isDemo = parsed.GetValue(Demo);
        var isLan = parsed.GetValue(Lan);
        settings = settings with { Demo = isDemo, Urls = settings.Urls ?? (isLan ? "http://*:8000" : null) };
        if (isDemo && !isLan)
        {
            RefuseStrangers(settings);
        }

        await using var node = BranchlineServer.Build(settings);
        await node.StartAsync(cancellationToken);
        if (isDemo)
        {
            await SeedAsync(node, new DemoShop(node, settings.Time), cancellationToken);
        }

        Screen.ShowAddresses(node);
        if (isDemo)
        {
            ShowStaff();
        }

        Screen.ShowSetupLink(node);
        await node.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task SeedAsync(Node node, DemoShop shop, CancellationToken cancellationToken)
    {
        if (shop.Stands)
        {
            return;
        }

        var people = node.Users.All;
        if (people.Count > 0 && !people.Any(user => Staff.All.Any(member => member.Email == user.Email)))
        {
            throw new StartRefusedException("This data directory holds a business of its own; give the demo another with --data.");
        }

        Console.WriteLine("Making the demo shop ...");
        await shop.SeedAsync(cancellationToken);
    }

    private static void ShowStaff()
    {
        Console.WriteLine();
        Console.WriteLine($"Sign in with the password {Staff.Password}:");
        Screen.ShowTable(
            ["E-mail", "Role", "Name", "Branch"],
            Staff.All.Select(member => new[]
            {
                member.Email,
                member.Role,
                member.Name,
                member.Role == Roles.Admin ? "all" : string.Join(", ", member.Branches),
            }));
    }

    private static void RefuseStrangers(ServerSettings settings)
    {
        var urls = NodeOptions.From(settings).Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var stranger = Array.Find(urls, url => !IsLoopback(BindingAddress.Parse(url).Host));
        if (stranger is not null)
        {
            throw new StartRefusedException(
                $"The demo's passwords are known, so it does not listen on {stranger}; add --lan to allow it.");
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
