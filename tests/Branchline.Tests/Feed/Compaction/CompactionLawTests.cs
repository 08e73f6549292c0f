using Branchline.Protocol;
using Branchline.Tests.Sync;
using FsCheck;
using FsCheck.Fluent;

namespace Branchline.Tests.Feed.Compaction;

/// <summary>The law of compaction: a compacted feed gives the same replica as the full one, from every cut.</summary>
[Trait("Kind", Soak.Kind)]
public sealed class CompactionLawTests : IAsyncLifetime
{
    private const int Histories = 40;

    private NotesNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await NotesNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public void Whoever_reads_on_from_any_place_of_a_compacted_feed_has_the_rows_of_who_read_it_all() => Soak.Repeat(_ => Prop
        .ForAll(Steps().ToArbitrary(), steps => new History(_node).HoldsFor(steps))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Histories)));

    private static Gen<Step[]> Steps() => Gen.Choose(4, 24).SelectMany(length => Gen.ArrayOf(OneStep(), length));

    private static Gen<Step> OneStep() =>
        from kind in Gen.Frequency(
            (5, Gen.Constant(Kind.Add)), (7, Gen.Constant(Kind.Change)), (1, Gen.Constant(Kind.Empty)), (4, Gen.Constant(Kind.Move)), (2, Gen.Constant(Kind.Delete)),
            (2, Gen.Constant(Kind.Several)), (2, Gen.Constant(Kind.Compact)), (1, Gen.Constant(Kind.Purge)))
        from row in Gen.Choose(0, 100)
        from value in Gen.Choose(0, 100)
        select new Step(kind, row, value);

    private enum Kind
    {
        Add,
        Change,
        Empty,
        Move,
        Delete,
        Several,
        Compact,
        Purge,
    }

    private sealed record Step(Kind Kind, int Row, int Value);

    /// <summary>One history in the node's life, and a reader who left at every point of it.</summary>
    private sealed class History(NotesNode node)
    {
        private static readonly string[] Fields = ["text", "count", "weight"];

        private readonly List<Guid> _ids = [];
        private readonly List<NotesReader> _cuts = [];

        // A property has no way to wait.
        public bool HoldsFor(Step[] steps) => Task.Run(() => RunAsync(steps)).GetAwaiter().GetResult();

        private async Task<bool> RunAsync(Step[] steps)
        {
            var full = NotesReader.From(node, node.Marks.Head);
            _cuts.Add(full.Copy());
            foreach (var step in steps)
            {
                await DoAsync(step);
                await full.ReadOnAsync(limit: 1000);
                _cuts.Add(full.Copy());
            }

            Assert.Empty(full.Resets);
            var expected = full.Rows(_ids);
            var whole = NotesReader.From(node, 0);
            foreach (var (index, cut) in _cuts.Append(whole).Index())
            {
                var begins = cut.LowestCursor;
                var expires = node.Marks.IsExpired(begins);
                await cut.ReadOnAsync(limit: 1 + (index % 3));

                // Who begins at nought is above no floor, and is below it after a page.
                Assert.True(expires == cut.Resets.Count > 0 || begins == 0);
                Assert.Equal(expected, cut.Rows(_ids));
            }

            Assert.All(whole.Told, told => Assert.Equal(whole.ChecksumOf(told.Key), told.Value));
            return true;
        }

        private async Task DoAsync(Step step)
        {
            switch (step.Kind)
            {
                case Kind.Add:
                    _ids.Add(await node.AddAsync(Owner(step.Value), $"note {step.Value}"));
                    break;
                case Kind.Compact:
                    await node.CompactAsync();
                    break;
                case Kind.Purge:
                    await node.CompactAsync(days: 181);
                    break;
                case Kind.Several:
                    await SeveralAsync(step);
                    break;
                case var _ when _ids.Count > 0:
                    await node.WriteAsync(One(step, _ids[step.Row % _ids.Count]));
                    break;
            }
        }

        // One mutation with changes in several scopes, so that pages have to end where it ends.
        private async Task SeveralAsync(Step step)
        {
            Guid[] made = [NewId.Next(), NewId.Next()];
            List<RowWrite> writes =
            [
                .. made.Select((id, index) => Write.Insert("notes", id, ("owner", FieldValue.Of(Owner(step.Value + index))), ("text", FieldValue.Of("one of two")))),
                Write.Update("notes", made[0], ("owner", FieldValue.Of(Owner(step.Row)))),
            ];
            await node.WriteAsync([.. writes]);
            _ids.AddRange(made);
        }

        private static RowWrite One(Step step, Guid id) => step.Kind switch
        {
            Kind.Change => Write.Update("notes", id, (Fields[step.Value % 3], ValueOf(step.Value))),
            Kind.Empty => Write.Update("notes", id, (Fields[step.Value % 3], FieldValue.Null)),
            Kind.Move => Write.Update("notes", id, ("owner", FieldValue.Of(Owner(step.Value)))),
            _ => Write.Delete("notes", id),
        };

        private static FieldValue ValueOf(int value) => (value % 3) switch
        {
            0 => FieldValue.Of($"text {value}"),
            1 => FieldValue.Of(value),
            _ => FieldValue.Of(value / 8m),
        };

        private static string Owner(int number) => NotesNode.Owners[number % NotesNode.Owners.Length];
    }
}
