using System.Collections;
using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Branchline.Server;

namespace Branchline.Cli;

/// <summary><c>branchline config</c>: every setting in force, secrets hidden.</summary>
internal static class ConfigVerb
{
    private static readonly string[] SecretWords = ["Secret", "Token", "Password"];

    public static Command Create()
    {
        var command = new Command("config", "Show every setting in force.");
        var arguments = new NodeArguments();
        arguments.AddTo(command);
        command.SetAction(parsed => Show(arguments.Read(parsed)));
        return command;
    }

    private static int Show(ServerSettings settings)
    {
        Console.WriteLine($"data directory = {settings.DataDirectory}");
        foreach (var options in BranchlineServer.OptionsInForce(settings))
        {
            Console.WriteLine();
            Console.WriteLine(options.GetType().Name);
            foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                Console.WriteLine($"  {property.Name} = {Spell(property, property.GetValue(options))}");
            }
        }

        return 0;
    }

    private static string Spell(PropertyInfo property, object? value)
    {
        var isSecret = value is string { Length: > 0 } or ICollection { Count: > 0 }
            && SecretWords.Any(word => property.Name.Contains(word, StringComparison.Ordinal));
        return value switch
        {
            _ when isSecret => "(set)",
            null => "(none)",
            string text => text,
            IEnumerable list => "[" + string.Join(", ", list.Cast<object>()) + "]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
    }
}
