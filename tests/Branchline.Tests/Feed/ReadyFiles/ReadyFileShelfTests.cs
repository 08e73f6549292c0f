using System.Net;
using System.Security.Cryptography;
using Branchline.Protocol;
using Branchline.Server.Feed.ReadyFiles;

namespace Branchline.Tests.Feed.ReadyFiles;

public sealed class ReadyFileShelfTests
{
    private static CancellationToken Late => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_people_who_may_see_the_same_cost_one_making()
    {
        await using var shop = await OpenAsync();
        HttpClient[] people = [.. Enumerable.Range(0, 50).Select(number => shop.Node.SignedInAs(shop.Node.Create(
            new Server.Access.NewUser($"Till {number}", $"till{number}@test.shop", "cashier", TestNode.Password) { BranchIds = [shop.North] }).Id))];

        var answers = await Task.WhenAll(people.Select(person => ReadyNode.AskAsync(person)));

        Assert.Single(answers.Select(answer => answer.Headers.ETag!.Tag).Distinct());
        Assert.Equal(["1.db"], shop.Files());
    }

    [Fact]
    public async Task Who_comes_within_a_while_begins_where_others_did_and_then_a_new_one_is_made()
    {
        await using var shop = await OpenAsync();
        using var person = shop.Node.SignedIn("cashier", shop.North);
        var first = await ReadyNode.TakeAsync(person);
        await shop.AddAsync("items", "Later");

        Assert.Equal(first.Scopes, (await ReadyNode.TakeAsync(person)).Scopes);
        Assert.Equal(["Later", "Rice"], (await ReadyNode.TakeAsync(person, ("Cache-Control", "no-cache"))).Texts("items", "name"));

        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        await shop.AddAsync("items", "Later still");
        Assert.Equal(3, (await ReadyNode.TakeAsync(person)).Texts("items", "name").Length);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    public async Task What_was_cut_is_read_on_in_the_middle_though_newer_files_were_made(string encoding)
    {
        await using var shop = await OpenAsync();
        using var person = shop.Node.SignedIn("cashier", shop.North);
        using var whole = await ReadyNode.AskAsync(person, ("Accept-Encoding", encoding));
        var bytes = await whole.Content.ReadAsByteArrayAsync(Late);
        var tag = whole.Headers.ETag!.ToString();
        shop.Clock.Advance(TimeSpan.FromMinutes(40));
        await shop.AddAsync("items", "Later");
        using var newer = await ReadyNode.AskAsync(person);

        using var rest = await ReadyNode.AskAsync(person, ("Accept-Encoding", encoding), ("Range", "bytes=1000-"), ("If-Range", tag));
        using var known = await ReadyNode.AskAsync(person, ("If-None-Match", tag));

        Assert.NotEqual(tag, newer.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(bytes[1000..], await rest.Content.ReadAsByteArrayAsync(Late));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Fact]
    public async Task Who_comes_for_the_rest_of_one_that_is_gone_is_given_a_new_one_whole()
    {
        await using var shop = await OpenAsync();
        using var person = shop.Node.SignedIn("cashier", shop.North);
        using var first = await ReadyNode.AskAsync(person);
        await shop.AddAsync("items", "Later");
        shop.Clock.Advance(TimeSpan.FromMinutes(61));
        shop.Shelf.Sweep();

        using var rest = await ReadyNode.AskAsync(person, ("Range", "bytes=1000-"), ("If-Range", first.Headers.ETag!.ToString()));

        Assert.Equal(HttpStatusCode.OK, rest.StatusCode);
        Assert.Equal(["Later", "Rice"], ReadyCopy.Of(await rest.Content.ReadAsByteArrayAsync(Late)).Texts("items", "name"));
    }

    [Fact]
    public async Task It_says_what_it_hashes_to_and_may_be_kept_by_nobody_in_between()
    {
        await using var shop = await OpenAsync();
        using var person = shop.Node.SignedIn("cashier", shop.North);
        using var plain = await ReadyNode.AskAsync(person);
        using var packed = await ReadyNode.AskAsync(person, ("Accept-Encoding", "gzip"));

        var (asItIs, compressed) = (await plain.Content.ReadAsByteArrayAsync(Late), await packed.Content.ReadAsByteArrayAsync(Late));

        Assert.Equal(asItIs, ReadyCopy.Unpacked(compressed));
        Assert.True(compressed.Length < asItIs.Length / 2);
        Assert.Equal(ReadyFileFormat.DigestOf(SHA256.HashData(asItIs)), Assert.Single(plain.Headers.GetValues("Repr-Digest")));
        Assert.Equal(ReadyFileFormat.DigestOf(SHA256.HashData(compressed)), Assert.Single(packed.Headers.GetValues("Repr-Digest")));
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
        Assert.Equal(("application/vnd.sqlite3", "gzip"), (plain.Content.Headers.ContentType!.MediaType, Assert.Single(packed.Content.Headers.ContentEncoding)));
        Assert.True(plain.Headers.CacheControl is { Private: true, NoCache: true, NoTransform: true });
    }

    [Fact]
    public async Task A_file_goes_when_nobody_will_come_back_for_it_but_not_while_it_is_read()
    {
        await using var shop = await OpenAsync();
        var read = await shop.Shelf.TakeAsync(shop.Reader("cashier", shop.North), isFresh: false, isPacked: true, Late);
        (await shop.Shelf.TakeAsync(shop.Reader("cashier", shop.South), isFresh: false, isPacked: true, Late)).Dispose();
        Assert.Equal(["1.db", "1.db.gz", "2.db", "2.db.gz"], shop.Files());

        shop.Clock.Advance(TimeSpan.FromMinutes(59));
        shop.Shelf.Sweep();
        Assert.Equal(4, shop.Files().Length);

        shop.Clock.Advance(TimeSpan.FromMinutes(2));
        shop.Shelf.Sweep();
        Assert.Equal(["1.db", "1.db.gz"], shop.Files());

        read.Dispose();
        shop.Clock.Advance(TimeSpan.FromMinutes(61));
        shop.Shelf.Sweep();
        Assert.Empty(shop.Files());
    }

    [Fact]
    public async Task What_a_run_left_is_gone_at_the_next_start()
    {
        using var directory = new TempDirectory();
        var folder = Directory.CreateDirectory(Path.Combine(directory.Path, "ready"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "7.db"), "left", Late);

        await using var node = await TestNode.StartAsync(new TestSettings { Directory = directory.Path });

        Assert.False(folder.Exists && folder.GetFiles().Length > 0);
    }

    [Fact]
    public async Task No_more_files_than_may_be_are_kept_and_one_that_is_read_is_not_taken_away()
    {
        await using var shop = await OpenAsync(("ReadyFiles", "2"));
        using var read = await shop.Shelf.TakeAsync(shop.Reader("cashier", shop.North), isFresh: false, isPacked: false, Late);
        (await shop.Shelf.TakeAsync(shop.Reader("cashier", shop.South), isFresh: false, isPacked: false, Late)).Dispose();

        using var third = await shop.Shelf.TakeAsync(shop.Reader("cashier"), isFresh: false, isPacked: false, Late);

        Assert.Equal(["1.db", "3.db"], shop.Files());
        await Assert.ThrowsAsync<ReadyFileUnavailableException>(() => shop.Shelf.TakeAsync(shop.Reader("manager", shop.North), isFresh: false, isPacked: false, Late));
        using var shared = await shop.Shelf.TakeAsync(shop.Reader("cashier", shop.North), isFresh: false, isPacked: false, Late);
        Assert.Equal(read.Form, shared.Form);
    }

    [Theory]
    [InlineData("ReadyFiles", "0")]
    [InlineData("ReadyFileBytes", "16384")]
    public async Task Where_none_may_be_made_the_answer_says_so_and_snapshots_are_there(string setting, string value)
    {
        await using var shop = await OpenAsync((setting, value));
        using var person = shop.Node.SignedIn("cashier", shop.North);

        await MustRefuseAsync(person);

        Assert.Empty(shop.Files());
        Assert.Contains("Rice", await person.GetStringAsync("/sync/snapshot?scope=everyone", Late), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_does_not_take_it_is_said_and_when_it_does_the_next_is_made()
    {
        await using var shop = await OpenAsync();
        using var person = shop.Node.SignedIn("cashier", shop.North);
        await File.WriteAllTextAsync(shop.Folder, "in the way", Late);

        await MustRefuseAsync(person);

        File.Delete(shop.Folder);
        Assert.Equal(["Rice"], (await ReadyNode.TakeAsync(person)).Texts("items", "name"));
    }

    private static async Task MustRefuseAsync(HttpClient person)
    {
        using var refused = await ReadyNode.AskAsync(person);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("\"code\":\"database_unavailable\"", await refused.Content.ReadAsStringAsync(Late), StringComparison.Ordinal);
    }

    private static async Task<ReadyNode> OpenAsync(params (string Name, string Value)[] settings)
    {
        var shop = await ReadyNode.StartAsync(settings);
        await shop.AddAsync("items", "Rice");
        return shop;
    }
}
