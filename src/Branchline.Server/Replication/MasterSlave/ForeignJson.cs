using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Branchline.Server.Replication.MasterSlave;

[JsonSerializable(typeof(JsonNode))]
internal sealed partial class ForeignJson : JsonSerializerContext;
