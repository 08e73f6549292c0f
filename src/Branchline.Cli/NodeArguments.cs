using System.CommandLine;
using Branchline.Merchant;
using Branchline.Server;
using Branchline.Server.Schema;

namespace Branchline.Cli;

/// <summary>The options that say what a node is made of, and the settings that follow from them.</summary>
internal sealed class NodeArguments
{
    public Option<DirectoryInfo> Data { get; } = new("--data")
    {
        Description = "The directory that holds the node's data.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("data"),
    };

    public Option<string?> Urls { get; } = new("--urls")
    {
        Description = "Addresses to listen on, separated by semicolons (default http://localhost:8000).",
        HelpName = "URL[;URL]",
    };

    public Option<DirectoryInfo?> Schema { get; } = new("--schema")
    {
        Description = "A directory of *.yaml files that declares another business than the merchant's.",
        HelpName = "DIR",
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "A setting, such as Branchline:Access:SessionLifetime=1.00:00:00; wins over the environment and .env.",
        HelpName = "NAME=VALUE",
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Data, Urls, Schema, Set })
        {
            command.Options.Add(option);
        }
    }

    public ServerSettings Read(ParseResult arguments)
    {
        var data = arguments.GetRequiredValue(Data).FullName;
        var schema = arguments.GetValue(Schema);
        return new ServerSettings
        {
            DataDirectory = data,
            Schema = schema is null ? SchemaSource.FromFiles(MerchantSchema.Files) : SchemaSource.FromDirectory(schema.FullName),
            Rules = schema is null ? MerchantRules.All : [],
            WebFiles = MerchantWeb.Files,
            Urls = arguments.GetValue(Urls),
            Values = ReadValues(data, arguments.GetValue(Set) ?? []),
        };
    }

    private static Dictionary<string, string?> ReadValues(string data, string[] set)
    {
        var values = EnvironmentValues.Read(data);
        foreach (var (name, value) in EnvironmentValues.Parse(set))
        {
            values[name] = value;
        }

        return values;
    }
}
