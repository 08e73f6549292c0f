using Branchline.Protocol;

namespace Branchline.Server.Store;

/// <summary>A live row as it stands: declared fields plus <c>created_at</c> and <c>updated_at</c>. <paramref name="Version"/> is the seq of its last change.</summary>
internal sealed record StoredRow(Guid Id, long Version, IReadOnlyDictionary<string, FieldValue> Fields);
