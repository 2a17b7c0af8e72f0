using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;

namespace Berth.Agent;

/// <summary>Addresses of this machine.</summary>
internal static class MachineAddress
{
    /// <summary>Makes an address the machine's own, on its loopback device, until the machine is started again.</summary>
    /// <returns>Whether the machine has it now.</returns>
    public static async Task<bool> EnsureAsync(string address, CancellationToken cancellationToken)
    {
        if (IsOurs(address))
        {
            return true;
        }

        try
        {
            using var ip = Process.Start(new ProcessStartInfo("ip", ["address", "add", $"{address}/32", "dev", "lo"]) { RedirectStandardError = true, RedirectStandardOutput = true });
            if (ip is not null)
            {
                await ip.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Win32Exception)
        {
            // There is no such command.
        }

        return IsOurs(address);
    }

    private static bool IsOurs(string address) =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(device => device.GetIPProperties().UnicastAddresses).Any(unicast => unicast.Address.Equals(IPAddress.Parse(address)));
}
