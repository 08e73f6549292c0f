using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Branchline.Scenarios.Realtime;

/// <summary>
/// Another machine at the end of a cable, as far as TCP can tell: a network namespace of the test's own with one address. When the cable is
/// pulled nothing arrives any more, in neither direction, and nobody is told.
/// </summary>
internal sealed partial class Cable : IDisposable
{
    private const int NetworkNamespace = 0x40000000;
    private readonly string _name = $"bl{Environment.ProcessId}";
    private readonly int _net = Environment.ProcessId % 250;

    private Cable()
    {
    }

    /// <summary>This machine's address on the cable.</summary>
    public IPAddress Here => IPAddress.Parse($"10.213.{_net}.1");

    /// <summary>Null where this user may not make one.</summary>
    public static Cable? Lay()
    {
        var cable = new Cable();
        if (Try("netns", "add", cable._name)
            && Try("link", "add", $"{cable._name}a", "type", "veth", "peer", "name", $"{cable._name}b", "netns", cable._name)
            && Try("addr", "add", $"{cable.Here}/30", "dev", $"{cable._name}a")
            && Try("link", "set", $"{cable._name}a", "up")
            && Try("-n", cable._name, "addr", "add", $"10.213.{cable._net}.2/30", "dev", $"{cable._name}b")
            && Try("-n", cable._name, "link", "set", $"{cable._name}b", "up"))
        {
            return cable;
        }

        cable.Dispose();
        return null;
    }

    /// <summary>A socket of the machine at the other end. It belongs to the network in which its thread was when it was made.</summary>
    public Socket SocketThere()
    {
        Socket? made = null;
        var thread = new Thread(() =>
        {
            Enter($"/run/netns/{_name}");
            made = RawClient.NewSocket();
        });
        thread.Start();
        thread.Join();
        return made!;
    }

    public void Pull() => Assert.True(Try("-n", _name, "link", "set", $"{_name}b", "down"));

    public void Dispose() => Try("netns", "del", _name);

    private static void Enter(string path)
    {
        using var handle = File.OpenHandle(path);
        if (SetNamespace(handle.DangerousGetHandle().ToInt32(), NetworkNamespace) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private static bool Try(params string[] words) => Tool.Run("ip", words);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int file, int kind);
}
