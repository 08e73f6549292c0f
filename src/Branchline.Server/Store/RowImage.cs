using Branchline.Protocol;

namespace Branchline.Server.Store;

/// <summary>A row as stored, with what merging needs: who wrote it when. Deleted rows are kept as tombstones.</summary>
internal sealed class RowImage(Guid id, long place, FieldStamp inserted, RowStamps stamps, Dictionary<string, FieldValue> fields)
{
    public Guid Id => id;

    /// <summary>Where the store keeps it.</summary>
    public long Place => place;

    /// <summary>Stamp and number of the insert.</summary>
    public FieldStamp Inserted => inserted;

    public RowStamps Stamps => stamps;

    /// <summary>Every declared field, <c>created_at</c> and <c>updated_at</c>.</summary>
    public Dictionary<string, FieldValue> Fields => fields;

    /// <summary>The number of the row's last change.</summary>
    public long Seq { get; set; }

    /// <summary>Stamp of the delete, or null while the row lives.</summary>
    public string? DeletedAt { get; set; }

    public FieldStamp StampOf(string field) => stamps.Find(field) ?? inserted;
}
