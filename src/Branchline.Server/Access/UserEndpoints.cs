using System.Diagnostics;
using Branchline.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Branchline.Server.Access;

/// <summary>The people of the node, for administrators.</summary>
internal static class UserEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapUsers()
        {
            var users = routes.MapGroup("/api/users").WithTags("Access")
                .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
            users.MapGet("", List);
            users.MapPost("", Create);
            users.MapPut("/{id}", Change);
        }
    }

    private static JsonHttpResult<IReadOnlyList<UserReply>> List(Users users) =>
        TypedResults.Json<IReadOnlyList<UserReply>>([.. users.All.Select(ReplyOf)], AccessJson.Default.IReadOnlyListUserReply);

    private static Results<JsonHttpResult<UserReply>, Problem> Create(CreateUserRequest request, Users users, Branches branches)
    {
        if (UnknownBranch(request.Branches, branches) is { } unknown)
        {
            return unknown;
        }

        var wish = new NewUser(request.Name ?? "", request.Email ?? "", request.Role ?? "", request.Password ?? "")
        {
            BranchIds = request.Branches ?? [],
        };
        return Answer(users.Create(wish), StatusCodes.Status201Created);
    }

    private static Results<JsonHttpResult<UserReply>, Problem> Change(
        string id, ChangeUserRequest request, Users users, Branches branches)
    {
        if (UnknownBranch(request.Branches, branches) is { } unknown)
        {
            return unknown;
        }

        var change = new UserChange
        {
            Name = request.Name,
            Role = request.Role,
            BranchIds = request.Branches,
            Disabled = request.Disabled,
            Password = request.Password,
        };
        return Answer(users.Change(id, change), StatusCodes.Status200OK);
    }

    private static Problem? UnknownBranch(string[]? wished, Branches branches) =>
        wished?.FirstOrDefault(id => !branches.All.Contains(id, StringComparer.Ordinal)) is { } unknown
            ? Problems.ForField(ErrorCodes.BrokenReference, "branches", $"There is no branch {unknown}.")
            : null;

    private static Results<JsonHttpResult<UserReply>, Problem> Answer(UserOutcome outcome, int status) => outcome switch
    {
        UserOutcome.Saved saved => TypedResults.Json(ReplyOf(saved.User), AccessJson.Default.UserReply, statusCode: status),
        UserOutcome.Refused refused => Problems.ForField(refused.Code, refused.Field, refused.Reason),
        _ => throw new UnreachableException(),
    };

    private static UserReply ReplyOf(User user) => new(user.Id, user.Name, user.Email, user.Role, user.BranchIds, user.Disabled);
}
