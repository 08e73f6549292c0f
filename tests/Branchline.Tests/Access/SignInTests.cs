using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Branchline.Protocol;
using Branchline.Server.Access;

namespace Branchline.Tests.Access;

public sealed class SignInTests
{
    private const string Branch = "0197a1c0-0000-7000-8000-000000000001";

    [Fact]
    public async Task A_cashier_signs_in_and_is_told_who_they_are()
    {
        await using var node = await TestNode.StartAsync();
        var cashier = node.User("cashier", Branch);
        using var client = node.Anonymous();

        using var login = await LogInAsync(client, cashier.Email.ToUpperInvariant(), TestNode.Password);
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await login.JsonAsync()).GetProperty("token").GetString());
        using var answer = await client.GetAsync("/api/me");
        var me = await answer.JsonAsync();

        Assert.Equal("cashier", me.GetProperty("user").GetProperty("role").GetString());
        Assert.Equal(Branch, Assert.Single(me.GetProperty("branches").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(
            ["everyone", "branch:" + Branch, "user:" + cashier.Id],
            me.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        Assert.False(me.GetProperty("demo").GetBoolean());
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_email_get_the_same_answer()
    {
        await using var node = await TestNode.StartAsync();
        var cashier = node.User("cashier");
        using var client = node.Anonymous();

        using var wrong = await LogInAsync(client, cashier.Email, "guess guess");
        using var unknown = await LogInAsync(client, "nobody@test.shop", "guess guess");

        await wrong.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.SignInFailed);
        Assert.Equal(
            await wrong.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        Assert.Empty(wrong.Cookies());
    }

    [Fact]
    public async Task A_sign_in_without_a_password_names_the_field()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();

        using var answer = await client.PostAsJsonAsync("/api/login", new { email = "a@test.shop" });

        var problem = await answer.MustRefuseAsync(HttpStatusCode.UnprocessableEntity, ErrorCodes.Required);
        Assert.Equal("password", problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_disabled_user_cannot_sign_in()
    {
        await using var node = await TestNode.StartAsync();
        var cashier = node.User("cashier");
        node.Node.Users.Change(cashier.Id, new UserChange { Disabled = true });
        using var client = node.Anonymous();

        using var answer = await LogInAsync(client, cashier.Email, TestNode.Password);

        await answer.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.SignInFailed);
    }

    [Fact]
    public async Task After_too_many_wrong_passwords_an_email_must_wait_and_then_may_try_again()
    {
        var clock = new TestClock();
        await using var node = await StartAsync(clock, ("FailuresPerEmail", "3"));
        var cashier = node.User("cashier");
        using var client = node.Anonymous();
        for (var guess = 0; guess < 3; guess++)
        {
            using var wrong = await LogInAsync(client, cashier.Email, "guess guess");
            await wrong.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.SignInFailed);
        }

        using var refused = await LogInAsync(client, cashier.Email, TestNode.Password);
        var problem = await refused.MustRefuseAsync(HttpStatusCode.TooManyRequests, ErrorCodes.TooManyAttempts);
        Assert.True(problem.GetProperty("isTransient").GetBoolean());
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

        clock.Advance(refused.Headers.RetryAfter.Delta.Value);
        using var granted = await LogInAsync(client, cashier.Email, TestNode.Password);
        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
    }

    [Fact]
    public async Task Guessing_many_emails_from_one_address_makes_the_address_wait()
    {
        await using var node = await StartAsync(new TestClock(), ("FailuresPerAddress", "3"));
        using var client = node.Anonymous();
        for (var guess = 0; guess < 3; guess++)
        {
            using var wrong = await LogInAsync(client, $"guess{guess}@test.shop", "guess guess");
            await wrong.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.SignInFailed);
        }

        using var refused = await LogInAsync(client, "guess4@test.shop", "guess guess");
        await refused.MustRefuseAsync(HttpStatusCode.TooManyRequests, ErrorCodes.TooManyAttempts);
    }

    [Fact]
    public async Task The_right_password_starts_the_count_anew()
    {
        await using var node = await StartAsync(new TestClock(), ("FailuresPerEmail", "3"), ("FailuresPerAddress", "5"));
        var cashier = node.User("cashier");
        using var client = node.Anonymous();
        for (var round = 0; round < 2; round++)
        {
            for (var guess = 0; guess < 2; guess++)
            {
                using var wrong = await LogInAsync(client, cashier.Email, "guess guess");
                await wrong.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.SignInFailed);
            }

            using var right = await LogInAsync(client, cashier.Email, TestNode.Password);
            Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        }
    }

    [Fact]
    public async Task A_plain_form_signs_in_and_leads_to_the_app_or_back_with_the_reason()
    {
        await using var node = await TestNode.StartAsync();
        var cashier = node.User("cashier");
        using var client = node.Anonymous();

        using var right = await client.PostAsync("/login", Form(cashier.Email, TestNode.Password));
        using var wrong = await client.PostAsync("/login", Form(cashier.Email, "guess guess"));

        Assert.Equal((HttpStatusCode.Found, "/"), (right.StatusCode, right.Headers.Location!.ToString()));
        Assert.Contains("branchline_session", right.Cookies());
        Assert.Equal("/login?error=sign_in_failed", wrong.Headers.Location!.ToString());
        Assert.Empty(wrong.Cookies());
    }

    [Theory]
    [InlineData("/api/login")]
    [InlineData("/login")]
    [InlineData("/api/setup")]
    public async Task A_page_of_another_origin_can_sign_nobody_in(string address)
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.Anonymous();
        client.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");

        using var answer = await client.PostAsJsonAsync(address, new { email = "a@test.shop", password = "whatever it is" });

        await answer.MustRefuseAsync(HttpStatusCode.Forbidden, ErrorCodes.OriginRefused);
    }

    [Fact]
    public async Task A_named_origin_may_sign_people_in_and_read_the_answer()
    {
        await using var node = await StartAsync(new TestClock(), ("Origins:0", "https://shop.example"));
        var cashier = node.User("cashier");
        using var client = node.Anonymous();
        client.DefaultRequestHeaders.Add("Origin", "https://shop.example");

        using var answer = await LogInAsync(client, cashier.Email, TestNode.Password);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("https://shop.example", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_at_once()
    {
        await using var node = await TestNode.StartAsync();
        using var client = node.SignedIn("cashier");

        using var bye = await client.PostAsync("/api/logout", null);
        using var after = await client.GetAsync("/api/me");

        Assert.Equal(HttpStatusCode.NoContent, bye.StatusCode);
        await after.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
    }

    private static Task<HttpResponseMessage> LogInAsync(HttpClient client, string email, string password) =>
        client.PostAsJsonAsync("/api/login", new { email, password });

    private static FormUrlEncodedContent Form(string email, string password) =>
        new(new Dictionary<string, string> { ["email"] = email, ["password"] = password });

    private static Task<TestNode> StartAsync(TestClock clock, params (string Name, string Value)[] options) =>
        TestNode.StartAsync(new TestSettings
        {
            Time = clock,
            Values = options.ToDictionary(option => "Branchline:Access:" + option.Name, option => (string?)option.Value),
        });
}
