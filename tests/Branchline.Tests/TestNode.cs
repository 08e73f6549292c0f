using System.Net.Http.Headers;
using Branchline.Merchant;
using Branchline.Server;
using Branchline.Server.Access;
using Branchline.Server.Mutations;
using Branchline.Server.Schema;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;

namespace Branchline.Tests;

/// <summary>What a test node differs in from the plain one.</summary>
internal sealed record TestSettings
{
    /// <summary>Settings by name, as in <c>Branchline:Access:FailuresPerEmail</c>.</summary>
    public Dictionary<string, string?> Values { get; init; } = [];

    public SchemaSource Schema { get; init; } = SchemaSource.FromFiles(MerchantSchema.Files);

    public IReadOnlyList<Rule> Rules { get; init; } = MerchantRules.All;

    public IFileProvider? WebFiles { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public bool Demo { get; init; }

    /// <summary>A directory to start on, kept when the node stops; without it a fresh one that goes with the node.</summary>
    public string? Directory { get; init; }
}

/// <summary>
/// A real node on a free port with a data directory of its own and the merchant's schema. People are made when a test
/// first signs in as their role.
/// </summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const string Password = "open sesame";

    private readonly bool _ownsDirectory;

    private TestNode(Node node, string directory, bool ownsDirectory)
    {
        Node = node;
        Directory = directory;
        _ownsDirectory = ownsDirectory;
    }

    public Node Node { get; }

    public string Directory { get; }

    public IServiceProvider Services => Node.Services;

    /// <summary>http://127.0.0.1:PORT</summary>
    public Uri Address => new(Node.Addresses.First());

    /// <summary>ws://127.0.0.1:PORT</summary>
    public Uri SocketAddress => new UriBuilder(Address) { Scheme = "ws" }.Uri;

    public static Task<TestNode> StartAsync() => StartAsync(new TestSettings());

    public static async Task<TestNode> StartAsync(TestSettings settings)
    {
        var directory = settings.Directory ?? System.IO.Directory.CreateTempSubdirectory("branchline-").FullName;
        settings.Values.TryAdd("Branchline:Metrics:Url", "");
        var node = BranchlineServer.Build(new ServerSettings
        {
            DataDirectory = directory,
            Schema = settings.Schema,
            Rules = settings.Rules,
            Urls = "http://127.0.0.1:0",
            WebFiles = settings.WebFiles,
            Values = settings.Values,
            Time = settings.Time,
            Demo = settings.Demo,
        });
        await node.StartAsync(TestContext.Current.CancellationToken);
        return new TestNode(node, directory, settings.Directory is null);
    }

    /// <summary>A client nobody signed in with. Cookies are kept only where the caller adds a handler of its own.</summary>
    public HttpClient Anonymous() => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>A client signed in with a bearer token as somebody of this role and these branches.</summary>
    public HttpClient SignedIn(string role, params string[] branchIds)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(role, branchIds));
        return client;
    }

    /// <summary>A client signed in with a bearer token as this person.</summary>
    public HttpClient SignedInAs(string userId)
    {
        var client = Anonymous();
        var sessions = Services.GetRequiredService<Sessions>();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", sessions.Open(sessions.FindUser(userId)!).Token);
        return client;
    }

    /// <summary>A token of somebody of this role and these branches; the same person for the same words.</summary>
    public string Token(string role, params string[] branchIds) =>
        Services.GetRequiredService<Sessions>().Open(User(role, branchIds)).Token;

    /// <summary>Somebody of this role and these branches, made when asked for first.</summary>
    public User User(string role, params string[] branchIds)
    {
        var email = branchIds.Length == 0 ? $"{role}@test.shop" : $"{role}.{string.Join('.', branchIds)}@test.shop";
        return Node.Users.FindByEmail(email) ?? Create(new NewUser($"A {role}", email, role, Password) { BranchIds = branchIds });
    }

    /// <summary>Makes a user and insists that it works.</summary>
    public User Create(NewUser wish) => Assert.IsType<UserOutcome.Saved>(Node.Users.Create(wish)).User;

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        if (_ownsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
