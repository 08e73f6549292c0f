using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Feed;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>Writes a checked plan: rows, log, conflicts and flags. Numbers changes as it goes.</summary>
internal sealed class PlanWriter(WriteSession session, CaseTables cases, TimeProvider time)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly string[] Touched = ["updated_at"];
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly RowChecksum _checksum = new();

    /// <summary>Returns the changes in order; the first is numbered <paramref name="firstSeq"/>.</summary>
    public List<CommittedChange> Write(MutationPlan plan, long number, long firstSeq)
    {
        var changes = new List<CommittedChange>(plan.Rows.Count);
        foreach (var row in plan.Rows.Where(row => row.HasEffect))
        {
            var next = firstSeq + changes.Count;
            Store(plan, row, LastSeq(row, next));
            changes.AddRange(Describe(plan, row, number, next));
        }

        foreach (var change in changes)
        {
            session.AppendLog(new LogEntry(change.Seq, change.Scope, firstSeq, change.Table.Name, change.Id), change.Json.Span);
        }

        KeepCases(plan);
        return changes;
    }

    /// <summary>The number of the row's last change: none of its own when only stamps moved, the second of two when it moves scopes.</summary>
    private static long LastSeq(PlannedRow row, long next)
    {
        if (row.IsNew || row.IsDeleted || row.IsLeaving || row.IsRestored)
        {
            return next;
        }

        return row.ScopeBefore != row.ScopeAfter ? next + 1 : row.Changed.Count > 0 ? next : next - 1;
    }

    private void Store(MutationPlan plan, PlannedRow row, long seq)
    {
        if (row.IsLeaving)
        {
            session.Delete(row.Layout, row.After);
            return;
        }

        var at = plan.AtText;
        var changedAt = FieldValue.Of(TimestampConverter.Format(DateTimeOffset.FromUnixTimeMilliseconds(plan.At.Milliseconds)));
        if (row.IsNew)
        {
            row.After.Seq = seq;
            if (!row.IsReplicated)
            {
                row.After.Fields["created_at"] = changedAt;
                row.After.Fields["updated_at"] = changedAt;
            }

            session.Insert(row.Layout, row.After);
            StampMade(row, seq);
            return;
        }

        var travels = row.IsDeleted || row.IsRestored || row.Changed.Count > 0;
        row.After.Seq = travels ? seq : row.After.Seq;

        // The later of two times, so that arrival order does not show.
        if (travels && !row.IsReplicated && string.CompareOrdinal(changedAt.AsText, row.After.Fields["updated_at"].AsText) > 0)
        {
            row.After.Fields["updated_at"] = changedAt;
        }

        foreach (var field in row.Stamped)
        {
            row.After.Stamps.Set(field, new FieldStamp(row.StampFor(field, at), seq));
        }

        session.Update(row.Layout, row.After);
    }

    /// <summary>A row that comes from another node has fields that were written since it was made.</summary>
    private void StampMade(PlannedRow row, long seq)
    {
        if (row.Stamps.Count == 0)
        {
            return;
        }

        foreach (var (field, stamp) in row.Stamps)
        {
            row.After.Stamps.Set(field, new FieldStamp(stamp, seq));
        }

        session.Stamp(row.Layout, row.After);
    }

    /// <summary>One change, two when the row moves from one scope to another, none when only stamps moved.</summary>
    private IEnumerable<CommittedChange> Describe(MutationPlan plan, PlannedRow row, long number, long seq)
    {
        if (row.IsLeaving)
        {
            yield return Change(plan, row, number, (seq, row.ScopeBefore, ChangeKind.Leave), []);
        }
        else if (row.IsDeleted)
        {
            yield return Change(plan, row, number, (seq, row.ScopeBefore, ChangeKind.Delete), []);
        }
        else if (row.IsRestored || row.Stamps.Count > 0 && row.IsNew)
        {
            yield return Change(plan, row, number, (seq, row.ScopeAfter, ChangeKind.Enter), row.Layout.ColumnNames);
        }
        else if (row.IsNew)
        {
            yield return Change(plan, row, number, (seq, row.ScopeAfter, ChangeKind.Set), row.Layout.ColumnNames);
        }
        else if (row.ScopeBefore != row.ScopeAfter)
        {
            yield return Change(plan, row, number, (seq, row.ScopeBefore, ChangeKind.Leave), []);
            yield return Change(plan, row, number, (seq + 1, row.ScopeAfter, ChangeKind.Enter), row.Layout.ColumnNames);
        }
        else if (row.Changed.Count > 0)
        {
            yield return Change(plan, row, number, (seq, row.ScopeAfter, ChangeKind.Set), row.Changed.Union(Touched));
        }
    }

    private CommittedChange Change(
        MutationPlan plan, PlannedRow row, long number, (long Seq, string Scope, ChangeKind Kind) place, IEnumerable<string> fields)
    {
        var (seq, scope, kind) = place;
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteNumber("seq"u8, seq);
            json.WriteString("table"u8, row.Table.Name);
            json.WriteString("id"u8, row.After.Id);
            json.WriteString("kind"u8, Word(kind));
            if (kind is ChangeKind.Set or ChangeKind.Enter)
            {
                WriteFields(json, row, fields);
            }

            json.WriteString("at"u8, plan.AtText);
            json.WriteString("device"u8, plan.Mutation.Device.Value);
            json.WriteNumber("n"u8, number);
            if (plan.Origin is { } origin)
            {
                json.WriteString("via"u8, origin);
            }

            json.WriteEndObject();
        }

        return new CommittedChange(seq, scope, row.Table, row.After.Id, kind, _buffer.WrittenSpan.ToArray())
        {
            Row = kind == ChangeKind.Leave ? null : row.After.Fields,
            Action = ActionOf(row, kind),
            Sum = SumOf(row, kind),
            MovedTo = kind == ChangeKind.Leave ? null : row.MovedTo,
        };
    }

    /// <summary>What the scope has of the row after the change less what it had before.</summary>
    private ulong SumOf(PlannedRow row, ChangeKind kind)
    {
        var before = kind is ChangeKind.Enter || row.Before is not { DeletedAt: null } image ? 0 : SumOf(row, image);
        var after = kind is ChangeKind.Set or ChangeKind.Enter ? SumOf(row, row.After) : 0;
        return unchecked(after - before);
    }

    private ulong SumOf(PlannedRow row, RowImage image) => _checksum.Of(row.Table.Name, image.Id, row.Layout.NamesInOrder, image.Fields);

    /// <summary>Nobody is told of a row that left, nor of one that the same mutation made and deleted.</summary>
    private static WriteKind? ActionOf(PlannedRow row, ChangeKind kind) => (kind, row.IsNew, row.IsDeleted) switch
    {
        (ChangeKind.Leave, _, _) or (_, true, true) => null,
        _ when row.IsRestored => WriteKind.Insert,
        (_, true, false) => WriteKind.Insert,
        (_, false, true) => WriteKind.Delete,
        _ => WriteKind.Update,
    };

    /// <summary>Null fields of a whole row are left out: a reader takes an absent field for null.</summary>
    private static void WriteFields(Utf8JsonWriter json, PlannedRow row, IEnumerable<string> fields)
    {
        json.WriteStartObject("fields"u8);
        foreach (var name in fields)
        {
            row.After.Fields.TryGetValue(name, out var value);
            if (value.IsNull && row.IsNew)
            {
                continue;
            }

            json.WritePropertyName(name);
            FieldValueConverter.WriteValue(json, value);
        }

        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> Word(ChangeKind kind) => kind switch
    {
        ChangeKind.Set => "set"u8,
        ChangeKind.Enter => "enter"u8,
        ChangeKind.Leave => "leave"u8,
        _ => "delete"u8,
    };

    private void KeepCases(MutationPlan plan)
    {
        if (plan.Conflicts.Count == 0 && plan.Flags.Count == 0)
        {
            return;
        }

        var now = TimestampConverter.Format(time.GetUtcNow());
        foreach (var conflict in plan.Conflicts)
        {
            cases.Record(conflict with { Mutation = plan.Mutation.Id, ArrivingBy = plan.Writer.UserId, Scope = ScopeOf(plan, conflict.Table, conflict.Row) }, now);
        }

        foreach (var flag in plan.Flags)
        {
            var entry = new FlagEntry(flag.Table ?? string.Empty, flag.Row ?? Guid.Empty, flag.Field, flag.Code, flag.Reason, plan.Mutation.Id)
            {
                UserId = plan.Writer.UserId,
                Scope = ScopeOf(plan, flag.Table, flag.Row),
            };
            cases.Flag(entry, now);
        }
    }

    /// <summary>The scope of the row a case is about; a case about none is about the mutation's first.</summary>
    private static string ScopeOf(MutationPlan plan, string? table, Guid? id) =>
        (plan.Rows.Find(row => row.Table.Name == table && row.After.Id == id) ?? plan.Rows[0]).ScopeAfter;
}
