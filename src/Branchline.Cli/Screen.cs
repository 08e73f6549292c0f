using System.Net.NetworkInformation;
using System.Net.Sockets;
using Branchline.Server;
using Microsoft.AspNetCore.Http;

namespace Branchline.Cli;

/// <summary>What the verbs say to the person at the terminal.</summary>
internal static class Screen
{
    public static void ShowAddresses(Node node)
    {
        Console.WriteLine("Branchline is ready:");
        foreach (var address in Reachable(node))
        {
            Console.WriteLine("  " + address);
        }
    }

    public static void ShowSetupLink(Node node)
    {
        if (node.Users.SetupToken() is { } token)
        {
            Console.WriteLine();
            Console.WriteLine("There is no user. Make the first administrator with this link; it works once:");
            Console.WriteLine($"  {Reachable(node).First()}/setup?token={token}");
        }
    }

    public static void ShowTable(IReadOnlyList<string> head, IEnumerable<string[]> rows)
    {
        IReadOnlyList<string>[] all = [head, .. rows];
        var widths = head.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            Console.WriteLine("  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>Addresses a browser can open: where a node listens everywhere, this machine's own by name and number.</summary>
    private static IEnumerable<string> Reachable(Node node) =>
        node.Addresses.Select(BindingAddress.Parse).SelectMany(Spell).Distinct();

    private static IEnumerable<string> Spell(BindingAddress address)
    {
        if (address.Host is not ("*" or "+" or "0.0.0.0" or "[::]"))
        {
            return [$"{address.Scheme}://{address.Host}:{address.Port}"];
        }

        return OwnAddresses().Prepend("localhost").Select(host => $"{address.Scheme}://{host}:{address.Port}");
    }

    private static IEnumerable<string> OwnAddresses() =>
        from adapter in NetworkInterface.GetAllNetworkInterfaces()
        where adapter.OperationalStatus == OperationalStatus.Up && adapter.NetworkInterfaceType != NetworkInterfaceType.Loopback
        from unicast in adapter.GetIPProperties().UnicastAddresses
        where unicast.Address.AddressFamily == AddressFamily.InterNetwork
        select unicast.Address.ToString();
}
