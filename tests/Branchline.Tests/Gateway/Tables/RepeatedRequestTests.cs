using System.Net;
using Branchline.Protocol;

namespace Branchline.Tests.Gateway.Tables;

public sealed class RepeatedRequestTests
{
    [Fact]
    public async Task A_create_sent_twice_makes_one_row_and_answers_the_same()
    {
        await using var shop = await RestShop.OpenAsync();
        var body = new { name = "Ana", branch_id = shop.North };

        Answer first = null!, again = null!;
        var changes = await shop.ChangesOfAsync(async () =>
        {
            first = await shop.Manager.PostAsync("/api/clients", body, ("Idempotency-Key", "k-1"));
            again = await shop.Manager.PostAsync("/api/clients", body, ("Idempotency-Key", "k-1"));
        });

        Assert.Equal([$"set clients {first.Id}"], changes);
        first.Must(HttpStatusCode.Created);
        again.Must(HttpStatusCode.Created);
        Assert.Equal((first.Text, first.ETag, first.Header("Location")), (again.Text, again.ETag, again.Header("Location")));
        Assert.Equal((null, "true"), (first.Header("Idempotency-Replayed"), again.Header("Idempotency-Replayed")));
    }

    [Fact]
    public async Task Forty_impatient_clicks_make_one_list_of_rows()
    {
        await using var shop = await RestShop.OpenAsync();
        object[] body = [new { name = "Ana", branch_id = shop.North }, new { name = "Ben", branch_id = shop.North }];

        Answer[] answers = null!;
        var changes = await shop.ChangesOfAsync(async () =>
            answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => shop.Manager.PostAsync("/api/clients", body, ("Idempotency-Key", "k-1")))));

        Assert.Equal(2, changes.Count);
        Assert.Single(answers.Select(answer => answer.Must(HttpStatusCode.Created).Text).Distinct());
        Assert.Equal(39, answers.Count(answer => answer.Header("Idempotency-Replayed") == "true"));
    }

    [Fact]
    public async Task A_change_and_a_delete_sent_twice_happen_once()
    {
        await using var shop = await RestShop.OpenAsync();
        var saved = await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North });
        var path = $"/api/clients/{saved.Id}";

        var edits = await shop.ChangesOfAsync(async () =>
        {
            var first = (await shop.Manager.PutAsync(path, new { phone = "1" }, ("Idempotency-Key", "k-1"), ("If-Match", saved.ETag!))).Must(HttpStatusCode.OK);
            var again = (await shop.Manager.PutAsync(path, new { phone = "1" }, ("Idempotency-Key", "k-1"), ("If-Match", saved.ETag!))).Must(HttpStatusCode.OK);
            Assert.Equal(first.Text, again.Text);
        });
        var deletes = await shop.ChangesOfAsync(async () =>
        {
            var first = (await shop.Manager.DeleteRowAsync(path, ("Idempotency-Key", "k-2"))).Must(HttpStatusCode.OK);
            var again = (await shop.Manager.DeleteRowAsync(path, ("Idempotency-Key", "k-2"))).Must(HttpStatusCode.OK);
            Assert.Equal((first.Text, "true"), (again.Text, again.Header("Idempotency-Replayed")));
        });

        Assert.Equal([$"set clients {saved.Id}"], edits);
        Assert.Equal([$"delete clients {saved.Id}"], deletes);
    }

    [Fact]
    public async Task A_repeated_create_answers_as_before_even_when_the_row_changed_meanwhile()
    {
        await using var shop = await RestShop.OpenAsync();
        var body = new { name = "Ana", branch_id = shop.North };
        var first = await shop.Manager.PostAsync("/api/clients", body, ("Idempotency-Key", "k-1"));
        (await shop.Manager.PutAsync($"/api/clients/{first.Id}", new { name = "Anna" })).Must(HttpStatusCode.OK);

        var again = await shop.Manager.PostAsync("/api/clients", body, ("Idempotency-Key", "k-1"));

        Assert.Equal((first.Status, first.Text, first.ETag), (again.Status, again.Text, again.ETag));
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_refused()
    {
        await using var shop = await RestShop.OpenAsync();
        var first = await shop.Manager.PostAsync("/api/clients", new { name = "Ana", branch_id = shop.North }, ("Idempotency-Key", "k-1"));

        await shop.NothingChangesAsync(async () =>
        {
            (await shop.Manager.PostAsync("/api/clients", new { name = "Ben", branch_id = shop.North }, ("Idempotency-Key", "k-1")))
                .MustRefuse(HttpStatusCode.UnprocessableEntity, ErrorCodes.IdempotencyKeyReused);
            (await shop.Manager.DeleteRowAsync($"/api/clients/{first.Id}", ("Idempotency-Key", "k-1")))
                .MustRefuse(HttpStatusCode.UnprocessableEntity, ErrorCodes.IdempotencyKeyReused);
        });
    }

    [Fact]
    public async Task Two_people_may_use_the_same_key_and_a_refused_request_may_be_put_right()
    {
        await using var shop = await RestShop.OpenAsync();
        var body = new { name = "Ana", branch_id = shop.North };

        (await shop.Manager.PostAsync("/api/clients", new { branch_id = shop.North }, ("Idempotency-Key", "k-1"))).MustRefuse(HttpStatusCode.UnprocessableEntity, ErrorCodes.Required, "name");
        var first = (await shop.Manager.PostAsync("/api/clients", body, ("Idempotency-Key", "k-1"))).Must(HttpStatusCode.Created);
        var other = (await shop.Cashier.PostAsync("/api/clients", body, ("Idempotency-Key", "k-1"))).Must(HttpStatusCode.Created);

        Assert.NotEqual(first.Id, other.Id);
    }
}
