using System.CommandLine;
using Branchline.Server;

namespace Branchline.Cli;

/// <summary><c>branchline serve</c>: a node for a real business.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var command = new Command("serve", "Serve a business; the first start prints a link that makes the first administrator.");
        var arguments = new NodeArguments();
        arguments.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, arguments, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, NodeArguments arguments, CancellationToken cancellationToken)
    {
        await using var node = BranchlineServer.Build(arguments.Read(parsed));
        await node.StartAsync(cancellationToken);
        Screen.ShowAddresses(node);
        Screen.ShowSetupLink(node);
        await node.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
