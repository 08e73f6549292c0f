using System.CommandLine;
using Branchline.Server;
using Branchline.Server.Access;
using Microsoft.Extensions.Configuration;

namespace Branchline.Cli;

/// <summary><c>branchline user</c>: the people of a node, also while it runs; it takes over what changed within a second.</summary>
internal static class UserVerb
{
    private static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "The directory that holds the node's data.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("data"),
        Recursive = true,
    };

    private static readonly Argument<string> Email = new("email") { Description = "The e-mail they sign in with." };

    private static readonly Option<string> Name = new("--name") { Description = "Their name.", Required = true };

    private static readonly Option<string> Role = new("--role") { Description = "What they are.", Required = true };

    private static readonly Option<string[]> Branch = new("--branch") { Description = "The id of a branch they belong to.", HelpName = "ID" };

    private static readonly Option<string?> Password = new("--password") { Description = "Their password; asked for when it is not given." };

    public static Command Create()
    {
        Role.AcceptOnlyFromAmong([.. Roles.All.Order(StringComparer.Ordinal)]);
        var add = new Command("add", "Let somebody in.") { Email, Name, Role, Branch, Password };
        add.SetAction(Add);
        var list = new Command("list", "Show everybody.");
        list.SetAction(List);
        var password = new Command("password", "Give somebody a new password; their sessions end.") { Email, Password };
        password.SetAction(parsed => Change(parsed, new UserChange { Password = ReadPassword(parsed) }));
        var disable = new Command("disable", "Keep somebody out; their sessions end.") { Email };
        disable.SetAction(parsed => Change(parsed, new UserChange { Disabled = true }));
        var enable = new Command("enable", "Let somebody in again.") { Email };
        enable.SetAction(parsed => Change(parsed, new UserChange { Disabled = false }));
        return new Command("user", "The people who may sign in.") { Data, add, list, password, disable, enable };
    }

    private static int Add(ParseResult parsed) => With(parsed, users => Report(users.Create(
        new NewUser(
            parsed.GetRequiredValue(Name), parsed.GetRequiredValue(Email), parsed.GetRequiredValue(Role), ReadPassword(parsed))
        {
            BranchIds = parsed.GetValue(Branch) ?? [],
        })));

    private static int List(ParseResult parsed) => With(parsed, users =>
    {
        Screen.ShowTable(
            ["E-mail", "Role", "Name", "Branches", ""],
            users.All.Select(user => new[]
            {
                user.Email,
                user.Role,
                user.Name,
                user.Role == Roles.Admin ? "all" : string.Join(' ', user.BranchIds),
                user.Disabled ? "disabled" : "",
            }));
        return 0;
    });

    private static int Change(ParseResult parsed, UserChange change) => With(parsed, users =>
    {
        var email = parsed.GetRequiredValue(Email);
        return users.FindByEmail(email) is { } user
            ? Report(users.Change(user.Id, change))
            : throw new StartRefusedException($"There is no user {email}; `branchline user list` shows everybody.");
    });

    private static int Report(UserOutcome outcome)
    {
        if (outcome is UserOutcome.Refused refused)
        {
            throw new StartRefusedException(refused.Reason);
        }

        var user = ((UserOutcome.Saved)outcome).User;
        Console.WriteLine($"{user.Email}: {user.Role}{(user.Disabled ? ", disabled" : "")}");
        return 0;
    }

    private static int With(ParseResult parsed, Func<Users, int> action)
    {
        var directory = parsed.GetRequiredValue(Data).FullName;
        DataDirectory.Make(directory);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(EnvironmentValues.Read(directory)).Build();
        var options = configuration.GetSection(AccessOptions.Section).Get<AccessOptions>() ?? new AccessOptions();
        using var database = new AccessDatabase(DataDirectory.DatabaseFileOf(directory));
        return action(Users.Over(database, options, TimeProvider.System));
    }

    private static string ReadPassword(ParseResult parsed)
    {
        if (parsed.GetValue(Password) is { } given)
        {
            return given;
        }

        if (Console.IsInputRedirected)
        {
            return Console.ReadLine() ?? "";
        }

        Console.Error.Write("Password: ");
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
                continue;
            }

            typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
