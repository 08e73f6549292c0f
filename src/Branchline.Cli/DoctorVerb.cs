using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Branchline.Server;
using Microsoft.AspNetCore.Http;

namespace Branchline.Cli;

/// <summary><c>branchline doctor</c>: looks whether this machine can run a node well.</summary>
internal static class DoctorVerb
{
    private const int Writes = 20;
    private const double SlowMilliseconds = 30;
    private const long LittleRoom = 1L << 30;

    /// <summary>One line of the report; a wrong one makes the exit code 1.</summary>
    private readonly record struct Finding(string What, string Result, bool IsWrong = false);

    public static Command Create()
    {
        var command = new Command("doctor", "Look whether this machine can run a node well.");
        var arguments = new NodeArguments();
        arguments.AddTo(command);
        command.SetAction(parsed => Examine(arguments.Read(parsed)));
        return command;
    }

    private static int Examine(ServerSettings settings)
    {
        Finding[] findings =
        [
            new("Runtime", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}"),
            new("SQLite", BranchlineServer.SqliteVersion),
            .. ExamineDisk(settings.DataDirectory),
            .. NodeOptions.From(settings).Addresses().Select(ExaminePort),
        ];
        var width = findings.Max(finding => finding.What.Length);
        foreach (var finding in findings)
        {
            Console.WriteLine($"  {(finding.IsWrong ? "!!" : "ok")}  {finding.What.PadRight(width)}  {finding.Result}");
        }

        return findings.Any(finding => finding.IsWrong) ? 1 : 0;
    }

    private static IEnumerable<Finding> ExamineDisk(string directory)
    {
        try
        {
            DataDirectory.Make(directory);
            var milliseconds = MeasureFlush(Path.Combine(directory, ".doctor"));
            var room = new DriveInfo(directory).AvailableFreeSpace;
            return
            [
                new("Data directory", $"{directory} can be written to"),
                new("Disk", $"{room >> 20:N0} MB free", IsWrong: room < LittleRoom),
                new(
                    "Flush to disk",
                    string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms (median of {Writes}); each group of sales waits for one"),
                    IsWrong: milliseconds > SlowMilliseconds),
            ];
        }
        catch (Exception failure) when (failure is StartRefusedException or IOException or UnauthorizedAccessException)
        {
            return [new("Data directory", failure.Message, IsWrong: true)];
        }
    }

    private static double MeasureFlush(string file)
    {
        using var stream = new FileStream(
            file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        var page = new byte[4096];
        var times = new List<double>(Writes);
        for (var write = 0; write < Writes; write++)
        {
            var started = Stopwatch.GetTimestamp();
            stream.Write(page);
            stream.Flush(flushToDisk: true);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times.Order().ElementAt(Writes / 2);
    }

    private static Finding ExaminePort(string url)
    {
        var address = BindingAddress.Parse(url);
        var host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var number) ? number
            : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
        try
        {
            using var listener = new TcpListener(host, address.Port);
            listener.Start();
            return new Finding("Address", $"{url} is free");
        }
        catch (SocketException failure)
        {
            return new Finding("Address", $"{url}: {failure.Message} (a running node, perhaps)", IsWrong: true);
        }
    }
}
