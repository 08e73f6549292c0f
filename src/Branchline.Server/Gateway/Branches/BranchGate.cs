using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Branchline.Protocol;
using Branchline.Server.Access.Links;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Branches;

/// <summary>
/// Lets in who signs with the key of a link, and signs the answer. A question counts for five minutes by this node's clock; sent twice within them it
/// does no harm, because everything a branch asks for may be asked twice.
/// </summary>
internal sealed class BranchGate(BranchLinks links, BranchMeter meter, NodeOptions options, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MostApart = TimeSpan.FromDays(36500);

    /// <summary>Reads a signed question, has it answered and signs the answer. A refusal is signed, too, once the link is known.</summary>
    public async Task ServeAsync<TQuestion, TAnswer>(
        HttpContext context, (JsonTypeInfo<TQuestion> Question, JsonTypeInfo<TAnswer> Answer) types, Func<TQuestion, BranchLink, Task<Answered<TAnswer>>> answer)
        where TQuestion : class
        where TAnswer : class
    {
        // What a stranger sends is not even read.
        var body = IsKnown(context.Request) ? await SignedBody.ReadAsync(context.Request, options.MaxBody, context.RequestAborted) : [];
        if (body is null)
        {
            await SignedBody.TooLarge(options.MaxBody).ExecuteAsync(context);
            return;
        }

        if (Find(context.Request, body) is not { } signed)
        {
            Refuse(context.Request, ErrorCodes.TokenInvalid);
            await Problems.For(ErrorCodes.TokenInvalid, "The signature is not of a branch that follows this node.", "Join again with a new token.").ExecuteAsync(context);
            return;
        }

        var (link, key) = signed;
        if (IsLate(context.Request))
        {
            Refuse(context.Request, ErrorCodes.ClockWrong);
            await RefuseAsync(context, key, Problems.For(
                ErrorCodes.ClockWrong, $"The clocks of branch and master differ by more than {Window.TotalMinutes:0} minutes.", "Set the clock of the one that is wrong."));
            return;
        }

        links.Saw(link, key);
        var isSealed = context.Request.Headers.ContainsKey(BranchSeal.SealedHeader);
        TQuestion? question;
        try
        {
            question = JsonSerializer.Deserialize(BranchSeal.Unpack(body, key, isSealed), types.Question);
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException)
        {
            await RefuseAsync(context, key, Problems.For(ErrorCodes.MalformedJson, $"The body cannot be read: {failure.Message}", "See docs/reference/branch-protocol.md"));
            return;
        }

        if (question is null)
        {
            await RefuseAsync(context, key, Problems.For(ErrorCodes.MalformedJson, "The body is null", "See docs/reference/branch-protocol.md"));
            return;
        }

        var answered = await answer(question, link);
        if (answered.Problem is { } problem)
        {
            await RefuseAsync(context, key, problem);
            return;
        }

        var packed = BranchSeal.Pack(JsonSerializer.SerializeToUtf8Bytes(answered.Value!, types.Answer), key, isSealed);
        context.Response.ContentType = "application/octet-stream";
        await SendAsync(context, key, packed);
    }

    private bool IsKnown(HttpRequest request) => links.Find(request.Headers[BranchSeal.LinkHeader].ToString()) is { Key: not null };

    /// <summary>The link and the one of its keys that signed, or null.</summary>
    public (BranchLink Link, string Key)? Find(HttpRequest request, byte[] body)
    {
        var headers = request.Headers;
        if (links.Find(headers[BranchSeal.LinkHeader].ToString()) is not { } link || TimeOf(request) is not { } sent)
        {
            return null;
        }

        foreach (var key in new[] { link.Key, link.PreviousKey })
        {
            if (key is not null && Secret.AreEqual(
                BranchSeal.SignQuestion(key, request.Path, (sent, headers[BranchSeal.NonceHeader].ToString()), body), headers[BranchSeal.SignatureHeader].ToString()))
            {
                return (link, key);
            }
        }

        return null;
    }

    // For the monitor: a branch that is locked out looks, from here, like one that is silent.
    private void Refuse(HttpRequest request, string code)
    {
        if (links.Find(request.Headers[BranchSeal.LinkHeader].ToString()) is { } link)
        {
            var now = time.GetUtcNow();
            meter.Refused(link.Id, new BranchRefusal(code, now, TimeOf(request) is { } sent ? Apart(sent, now) : null));
        }
    }

    // Anybody may write any number there.
    private static TimeSpan Apart(long sent, DateTimeOffset now) =>
        TimeSpan.FromMilliseconds(Math.Clamp(sent - now.ToUnixTimeMilliseconds(), -MostApart.TotalMilliseconds, MostApart.TotalMilliseconds));

    /// <summary>Whether the question is from another time.</summary>
    public bool IsLate(HttpRequest request) =>
        TimeOf(request) is not { } sent || Math.Abs(time.GetUtcNow().ToUnixTimeMilliseconds() - sent) > Window.TotalMilliseconds;

    private static long? TimeOf(HttpRequest request) =>
        long.TryParse(request.Headers[BranchSeal.TimeHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var sent) ? sent : null;

    private static Task RefuseAsync(HttpContext context, string key, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = "application/problem+json";
        return SendAsync(context, key, problem.ToJson());
    }

    private static async Task SendAsync(HttpContext context, string key, byte[] body)
    {
        var response = context.Response;
        response.Headers[BranchSeal.SignatureHeader] =
            BranchSeal.SignAnswer(key, context.Request.Headers[BranchSeal.NonceHeader].ToString(), response.StatusCode, body);

        // It is packed already, and a changed body would not fit its signature.
        response.Headers.CacheControl = "no-store, no-transform";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}

/// <summary>An answer, or why there is none.</summary>
internal readonly record struct Answered<T>(T? Value, Problem? Problem = null)
    where T : class
{
    public static implicit operator Answered<T>(T value) => new(value);

    public static implicit operator Answered<T>(Problem problem) => new(null, problem);
}
