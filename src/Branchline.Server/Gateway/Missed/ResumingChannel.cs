using Branchline.Server.Fanout.Channels;
using Branchline.Server.Gateway.Apps;
using Branchline.Server.Gateway.Channels;

namespace Branchline.Server.Gateway.Missed;

/// <summary>A channel for somebody who comes back to it.</summary>
internal readonly record struct ResumingChannel(RealtimeApp App, ChannelName Name, Audience Audience);
