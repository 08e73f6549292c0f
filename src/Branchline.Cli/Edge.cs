using System.CommandLine;
using Branchline.Server;
using Branchline.Server.Schema;

namespace Branchline.Cli;

/// <summary>Where exceptions end: one sentence for whoever typed the command, and an exit code that is not zero.</summary>
internal static class Edge
{
    private const int Refused = 1;
    private const int Unexpected = 70;

    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments)
    {
        try
        {
            // The node itself listens for Ctrl+C and SIGTERM.
            var how = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await root.Parse(arguments).InvokeAsync(how);
        }
        catch (StartRefusedException refusal)
        {
            return Say(refusal.Message, Refused);
        }
        catch (SchemaException refusal)
        {
            return Say("the schema is wrong:\n" + refusal.Message, Refused);
        }
        catch (Exception failure) when (Environment.GetEnvironmentVariable("BRANCHLINE_TRACE") is null)
        {
            return Say(
                $"something unexpected went wrong ({failure.GetType().Name}: {failure.Message}); BRANCHLINE_TRACE=1 shows where.",
                Unexpected);
        }
    }

    private static int Say(string sentence, int code)
    {
        Console.Error.WriteLine("branchline: " + sentence);
        return code;
    }
}
