using System.Buffers;
using Branchline.Server.Gateway.Tables;

namespace Branchline.Tests.Gateway.Tables;

public sealed class IdempotencyKeyTests
{
    private static readonly ReadOnlySequence<byte> Body = new("{}"u8.ToArray());

    [Fact]
    public void The_same_person_with_the_same_key_asks_for_the_same_mutation_and_rows()
    {
        var first = IdempotencyKey.Of("ana", "k1", "POST /api/clients", Body);
        var again = IdempotencyKey.Of("ana", "k1", "POST /api/clients", Body);

        Assert.Equal((first.MutationId, first.Digest, first.RowId(3)), (again.MutationId, again.Digest, again.RowId(3)));
        Assert.Equal(8, first.MutationId.Version);
        Assert.NotEqual(first.RowId(0), first.RowId(1));
    }

    [Fact]
    public void Another_person_or_key_asks_for_another_mutation_and_another_body_has_another_digest()
    {
        var first = IdempotencyKey.Of("ana", "k1", "POST /api/clients", Body);

        Assert.NotEqual(first.MutationId, IdempotencyKey.Of("ben", "k1", "POST /api/clients", Body).MutationId);
        Assert.NotEqual(first.MutationId, IdempotencyKey.Of("ana", "k2", "POST /api/clients", Body).MutationId);
        Assert.NotEqual(first.Digest, IdempotencyKey.Of("ana", "k1", "POST /api/visits", Body).Digest);
        Assert.NotEqual(first.Digest, IdempotencyKey.Of("ana", "k1", "POST /api/clients", default).Digest);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    public void A_key_is_visible_ascii(string key, bool isValid) => Assert.Equal(isValid, IdempotencyKey.IsValid(key));
}
