using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Branchline.Cli.Types;
using Branchline.Merchant;
using Branchline.Protocol.Schema;
using Branchline.Server;
using Branchline.Server.Schema;

namespace Branchline.Cli;

/// <summary><c>branchline types</c>: a business's tables as types of a program.</summary>
internal static class TypesVerb
{
    private const string TokenVariable = "BRANCHLINE_TOKEN";

    private static readonly Option<bool> CSharp = new("--csharp") { Description = "Records for Branchline.Client." };

    private static readonly Option<bool> TypeScript = new("--typescript") { Description = "Interfaces for @branchline/client." };

    private static readonly Option<string?> Url = new("--url")
    {
        Description = "A running node, whose business it is; without it, --schema or the merchant's.",
        HelpName = "URL",
    };

    private static readonly Option<string?> Token = new("--token")
    {
        Description = $"A token of that node; without it, {TokenVariable} of the environment.",
        HelpName = "TOKEN",
    };

    private static readonly Option<DirectoryInfo?> Schema = new("--schema")
    {
        Description = "A directory of *.yaml files that declares another business than the merchant's.",
        HelpName = "DIR",
    };

    private static readonly Option<string> Namespace = new("--namespace")
    {
        Description = "The namespace of the records (default Branchline.Rows).",
        HelpName = "NAME",
        DefaultValueFactory = _ => "Branchline.Rows",
    };

    private static readonly Option<FileInfo?> Output = new("--output") { Description = "The file to write; without it, standard output.", HelpName = "FILE" };

    public static Command Create()
    {
        var verb = new Command("types", "Write the tables as types of a program.") { CSharp, TypeScript, Url, Token, Schema, Namespace, Output };
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isCSharp = parsed.GetValue(CSharp);
        if (isCSharp == parsed.GetValue(TypeScript))
        {
            throw new StartRefusedException("Say either --csharp or --typescript.");
        }

        var schema = await ReadAsync(parsed, cancellationToken);
        var text = isCSharp ? CSharpTypes.Write(schema, parsed.GetRequiredValue(Namespace)) : TypeScriptTypes.Write(schema);
        if (parsed.GetValue(Output) is { } file)
        {
            await File.WriteAllTextAsync(file.FullName, text, new UTF8Encoding(false), cancellationToken);
        }
        else
        {
            await Console.Out.WriteAsync(text);
        }

        return 0;
    }

    private static async Task<BusinessSchema> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Url) is { } url)
        {
            return await FetchAsync(url, parsed.GetValue(Token) ?? Environment.GetEnvironmentVariable(TokenVariable), cancellationToken);
        }

        var directory = parsed.GetValue(Schema);
        return (directory is null ? SchemaSource.FromFiles(MerchantSchema.Files) : SchemaSource.FromDirectory(directory.FullName)).Load();
    }

    private static async Task<BusinessSchema> FetchAsync(string address, string? token, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url))
        {
            throw new StartRefusedException($"{address} is no address; use one like http://localhost:8000.");
        }

        using var http = new HttpClient { BaseAddress = url };
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        try
        {
            using var answer = await http.GetAsync("/sync/schema", cancellationToken);
            return answer.IsSuccessStatusCode
                ? SchemaJson.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken))
                : throw new StartRefusedException($"{address} answered {(int)answer.StatusCode}; give a token with --token or {TokenVariable}.");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException)
        {
            throw new StartRefusedException($"No node answers at {address}.", failure);
        }
    }
}
