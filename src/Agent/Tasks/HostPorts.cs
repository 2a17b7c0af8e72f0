using System.Net;
using System.Net.Sockets;

namespace Berth.Agent;

/// <summary>Finds free host ports side by side, for a container's port range. Single ports are Docker's to choose.</summary>
internal sealed class HostPorts(Random random)
{
    /// <summary>The range Linux and Docker take dynamic ports from.</summary>
    internal const int First = 32768;

    internal const int Last = 60999;

    private const int MaxLooks = 200;

    /// <summary>The first of <paramref name="count"/> ports that are free now; somebody may still take one before they are used.</summary>
    /// <returns>Null where none were found.</returns>
    public int? FindFree(int count, string protocol)
    {
        for (var look = 0; look < MaxLooks && count <= Last - First; look++)
        {
            var first = random.Next(First, Last - count + 2);
            if (AreFree(first, count, protocol))
            {
                return first;
            }
        }

        return null;
    }

    private static bool AreFree(int first, int count, string protocol)
    {
        for (var port = first; port < first + count; port++)
        {
            using var probe = protocol == "udp"
                ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
                : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Any, port));
            }
            catch (SocketException)
            {
                return false;
            }
        }

        return true;
    }
}
