using Branchline.Protocol;
using Microsoft.AspNetCore.Identity;

namespace Branchline.Server.Access;

/// <summary>What became of a sign-in. These two are all there is.</summary>
internal abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    public sealed record SignedIn(Session Session, string Token) : SignInOutcome;

    public sealed record Refused(Problem Problem) : SignInOutcome;
}

/// <summary>Checks an e-mail and a password and starts a session.</summary>
internal sealed class SignIn(AccessDatabase database, Sessions sessions, Passwords passwords, SignInLimit limit)
{
    public SignInOutcome Attempt(string email, string password, string address)
    {
        if (limit.Begin(email, address) is { } wait)
        {
            return new SignInOutcome.Refused(
                Problems.For(ErrorCodes.TooManyAttempts, "Too many attempts to sign in.", "Wait a few minutes and try again.")
                    with
                { RetryAfter = wait });
        }

        var user = sessions.FindUserByEmail(email);
        var answer = passwords.Verify(user is null ? null : database.PasswordOf(user.Id), password);
        if (user is null || user.Disabled || answer == PasswordVerificationResult.Failed)
        {
            return new SignInOutcome.Refused(Problems.For(
                ErrorCodes.SignInFailed, "The e-mail or the password is wrong.", "Check both, or ask an administrator for a new password."));
        }

        limit.Succeeded(email, address);
        if (answer == PasswordVerificationResult.SuccessRehashNeeded)
        {
            database.SetPassword(user.Id, passwords.Hash(password), endSessions: false);
        }

        var (session, token) = sessions.Open(user);
        return new SignInOutcome.SignedIn(session, token);
    }
}
