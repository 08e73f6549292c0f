using Branchline.Protocol;

namespace Branchline.Client.Replica;

/// <summary>
/// A row as the node confirmed it. <paramref name="Scope"/> is null when the scope was revoked and the row only waits for the answer to
/// its pending writes. <paramref name="Life"/> and <paramref name="Mine"/>: the last of this device's own mutations that is in it.
/// </summary>
internal sealed record StoredRow(int? Scope, long Seq, long Life, long Mine, Dictionary<string, FieldValue> Fields);
