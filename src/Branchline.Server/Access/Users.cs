using Branchline.Protocol;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Access;

/// <summary>What is asked of a new user. Without an id one is made.</summary>
public sealed record NewUser(string Name, string Email, string Role, string Password)
{
    /// <summary>The branches they belong to.</summary>
    public IReadOnlyList<string> BranchIds { get; init; } = [];

    /// <summary>An id of one's own choice, a UUID.</summary>
    public string? Id { get; init; }
}

/// <summary>What is asked to change of a user; null leaves a thing as it is.</summary>
public sealed record UserChange
{
    /// <summary>Their name.</summary>
    public string? Name { get; init; }

    /// <summary>Their role.</summary>
    public string? Role { get; init; }

    /// <summary>The branches they belong to.</summary>
    public IReadOnlyList<string>? BranchIds { get; init; }

    /// <summary>Whether they are kept out.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Their new password; it ends every session of theirs.</summary>
    public string? Password { get; init; }
}

/// <summary>What became of a wish about a user. These two are all there is.</summary>
public abstract record UserOutcome
{
    private UserOutcome()
    {
    }

    /// <summary>Done.</summary>
    public sealed record Saved(User User) : UserOutcome;

    /// <summary>Nothing was changed. <paramref name="Code"/> is one of <see cref="ErrorCodes"/>.</summary>
    public sealed record Refused(string Code, string Field, string Reason) : UserOutcome;
}

/// <summary>The people of this node: made, changed, kept out. Safe to use from several threads.</summary>
public sealed class Users
{
    private const int LongestName = 120;
    private const int LongestEmail = 254;
    private const int LongestPassword = 1000;

    private readonly AccessDatabase _database;
    private readonly Sessions _sessions;
    private readonly Passwords _passwords;
    private readonly IdSource _ids;
    private readonly AccessOptions _options;
    private readonly Lock _changing = new();

    internal Users(AccessDatabase database, Sessions sessions, Passwords passwords, IdSource ids, IOptions<AccessOptions> options)
    {
        _database = database;
        _sessions = sessions;
        _passwords = passwords;
        _ids = ids;
        _options = options.Value;
    }

    /// <summary>The people of a database that no node of this process holds: for the command line, beside a running node or without one.</summary>
    internal static Users Over(AccessDatabase database, AccessOptions options, TimeProvider time)
    {
        var settled = Options.Create(options);
        var sessions = new Sessions(database, new Branches(), settled, time);
        return new Users(database, sessions, new Passwords(), new IdSource(time), settled);
    }

    /// <summary>Everybody, by name.</summary>
    public IReadOnlyList<User> All =>
        [.. _sessions.Users.OrderBy(user => user.Name, StringComparer.OrdinalIgnoreCase).ThenBy(user => user.Id, StringComparer.Ordinal)];

    /// <summary>The user with this e-mail, whatever its case, or null.</summary>
    public User? FindByEmail(string email) => _sessions.FindUserByEmail(email);

    /// <summary>Makes a user.</summary>
    public UserOutcome Create(NewUser wish) => Insert(wish, onlyFirst: false);

    /// <summary>Changes a user; what the change is silent about stays.</summary>
    public UserOutcome Change(string id, UserChange change)
    {
        lock (_changing)
        {
            if (_sessions.FindUser(id) is not { } user)
            {
                return new UserOutcome.Refused(ErrorCodes.RowMissing, "id", "There is no such user.");
            }

            var changed = user with
            {
                Name = change.Name?.Trim() ?? user.Name,
                Role = change.Role ?? user.Role,
                BranchIds = change.BranchIds ?? user.BranchIds,
                Disabled = change.Disabled ?? user.Disabled,
            };
            if ((Objection(changed) ?? PasswordObjection(change.Password) ?? LastAdminObjection(user, changed)) is { } refused)
            {
                return refused;
            }

            _database.Update(changed, endSessions: changed.Disabled && !user.Disabled);
            if (change.Password is not null)
            {
                _database.SetPassword(id, _passwords.Hash(change.Password), endSessions: true);
            }

            _sessions.Refresh();
            return new UserOutcome.Saved(changed);
        }
    }

    /// <summary>The one-time word for making the first administrator; null once there is a user.</summary>
    public string? SetupToken() => _database.SetupToken(Token.New);

    internal UserOutcome CreateFirst(string setupToken, NewUser wish)
    {
        var expected = SetupToken();
        return expected is null || !Secret.AreEqual(expected, setupToken)
            ? new UserOutcome.Refused(ErrorCodes.TokenInvalid, "token", "This setup link was used already or is not this node's.")
            : Insert(wish, onlyFirst: true);
    }

    private UserOutcome Insert(NewUser wish, bool onlyFirst)
    {
        var id = wish.Id ?? _ids.Next().ToString();
        var user = new User(id, wish.Name.Trim(), wish.Email.Trim(), wish.Role, wish.BranchIds);
        if ((Objection(user) ?? PasswordObjection(wish.Password)) is { } refused)
        {
            return refused;
        }

        if (!_database.TryInsert(user, _passwords.Hash(wish.Password), onlyFirst))
        {
            return onlyFirst
                ? new UserOutcome.Refused(ErrorCodes.TokenInvalid, "token", "This setup link was used already.")
                : new UserOutcome.Refused(ErrorCodes.UniqueClash, "email", "Another user has this e-mail.");
        }

        _sessions.Refresh();
        return new UserOutcome.Saved(user);
    }

    private static UserOutcome.Refused? Objection(User user) => user switch
    {
        { Name: "" } => new(ErrorCodes.Required, "name", "A user needs a name."),
        { Name.Length: > LongestName } => new(ErrorCodes.TooLong, "name", $"A name has at most {LongestName} characters."),
        { Email.Length: > LongestEmail } => new(ErrorCodes.TooLong, "email", $"An e-mail has at most {LongestEmail} characters."),
        _ when !LooksLikeEmail(user.Email) => new(ErrorCodes.WrongType, "email", "This is not an e-mail address."),
        _ when !Roles.All.Contains(user.Role) =>
            new(ErrorCodes.NotInEnum, "role", "A role is one of admin, manager, cashier, releasing."),
        _ when !user.BranchIds.All(id => Guid.TryParseExact(id, "D", out _)) =>
            new(ErrorCodes.WrongType, "branches", "A branch is named by its id."),
        _ => null,
    };

    private UserOutcome.Refused? PasswordObjection(string? password) => password switch
    {
        null => null,
        _ when password.Length < _options.PasswordLength => new(
            ErrorCodes.PasswordTooShort, "password", $"A password has at least {_options.PasswordLength} characters."),
        { Length: > LongestPassword } => new(ErrorCodes.TooLong, "password", $"A password has at most {LongestPassword} characters."),
        _ => null,
    };

    private UserOutcome.Refused? LastAdminObjection(User before, User after)
    {
        var stays = after is { Role: Roles.Admin, Disabled: false };
        var isNeeded = before is { Role: Roles.Admin, Disabled: false }
            && !_sessions.Users.Any(user => user.Id != before.Id && user is { Role: Roles.Admin, Disabled: false });
        return isNeeded && !stays
            ? new UserOutcome.Refused(ErrorCodes.RuleViolated, "role", "This is the last administrator; make another one first.")
            : null;
    }

    private static bool LooksLikeEmail(string email)
    {
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == email.LastIndexOf('@') && at < email.Length - 1 && !email.Any(char.IsWhiteSpace);
    }
}
