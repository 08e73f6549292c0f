using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Branchline.Scenarios.Realtime;

/// <summary>
/// Another machine at the end of a cable, as far as TCP can tell: a network namespace of the test's own with one address. When the cable is
/// pulled nothing arrives any more, in neither direction, and nobody is told. It can also lose what goes one way only.
/// </summary>
internal sealed partial class Cable : IDisposable
{
    private const int NetworkNamespace = 0x40000000;
    private const int Networks = 64;

    // Of a machine that is not there: what is sent to it is heard by nobody, and nobody says so.
    private const string Nobody = "02:00:00:00:00:01";
    private static int _laid;
    private readonly string _name;
    private readonly string _net = $"10.213.{Environment.ProcessId % 250}";
    private readonly int _first;

    private Cable()
    {
        var number = Interlocked.Increment(ref _laid);
        (_name, _first) = ($"bl{Environment.ProcessId}x{number}", number % Networks * 4);
    }

    /// <summary>This machine's address on the cable.</summary>
    public IPAddress Here => IPAddress.Parse($"{_net}.{_first + 1}");

    /// <summary>The words of <c>ip</c> behind which a command runs on the other machine.</summary>
    public string[] Enter => ["netns", "exec", _name];

    private IPAddress There => IPAddress.Parse($"{_net}.{_first + 2}");

    /// <summary>Null where this user may not make one.</summary>
    public static Cable? Lay()
    {
        var cable = new Cable();
        if (Try("netns", "add", cable._name)
            && Try("link", "add", $"{cable._name}a", "type", "veth", "peer", "name", $"{cable._name}b", "netns", cable._name)
            && Try("addr", "add", $"{cable.Here}/30", "dev", $"{cable._name}a")
            && Try("link", "set", $"{cable._name}a", "up")
            && Try("-n", cable._name, "addr", "add", $"{cable.There}/30", "dev", $"{cable._name}b")
            && Try("-n", cable._name, "link", "set", $"{cable._name}b", "up")
            && Try("-n", cable._name, "link", "set", "lo", "up"))
        {
            return cable;
        }

        cable.Dispose();
        return null;
    }

    /// <summary>The same; the test is skipped, saying so, where it cannot be done.</summary>
    public static Cable LayOrSkip()
    {
        var cable = Lay();
        Assert.SkipWhen(cable is null && Environment.GetEnvironmentVariable("CI") is null, "Only root can make a network of its own");
        Assert.NotNull(cable);
        return cable;
    }

    /// <summary>A socket of the machine at the other end. It belongs to the network in which its thread was when it was made.</summary>
    public Socket SocketThere()
    {
        Socket? made = null;
        var thread = new Thread(() =>
        {
            Move($"/run/netns/{_name}");
            made = RawClient.NewSocket();
        });
        thread.Start();
        thread.Join();
        return made!;
    }

    /// <summary>Asks what listens on the other machine for itself only, whatever becomes of the cable.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        UseCookies = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = SocketThere();
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public void Pull() => Assert.True(Try("-n", _name, "link", "set", $"{_name}b", "down"));

    /// <summary>What this machine sends is lost from now on; what the other one sends arrives.</summary>
    public void LoseFromHere() => Assert.True(Try("neigh", "replace", $"{There}", "lladdr", Nobody, "dev", $"{_name}a", "nud", "permanent"));

    /// <summary>The other way round.</summary>
    public void LoseFromThere() => Assert.True(Try("-n", _name, "neigh", "replace", $"{Here}", "lladdr", Nobody, "dev", $"{_name}b", "nud", "permanent"));

    /// <summary>The cable is as it was when it was laid.</summary>
    public void Mend()
    {
        Try("neigh", "del", $"{There}", "dev", $"{_name}a");
        Try("-n", _name, "neigh", "del", $"{Here}", "dev", $"{_name}b");
        Assert.True(Try("-n", _name, "link", "set", $"{_name}b", "up"));
    }

    public void Dispose() => Try("netns", "del", _name);

    private static void Move(string path)
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
