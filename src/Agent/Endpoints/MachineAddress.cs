using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;

namespace Berth.Agent;

/// <summary>Addresses of this machine.</summary>
internal static class MachineAddress
{
    private const int MostAttempts = 20;

    /// <summary>All of them, with the devices that have them.</summary>
    /// <remarks>Devices come and go with containers, and the runtime's own reading fails where one does so meanwhile: then all are read again.</remarks>
    public static IReadOnlyList<(NetworkInterface Device, IPAddress Address)> All()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(device => device.GetIPProperties().UnicastAddresses, (device, unicast) => (device, unicast.Address))];
            }
            catch (Exception changing) when (attempt < MostAttempts && changing is (ArgumentException or NetworkInformationException or IOException))
            {
                // As said.
            }
        }
    }

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
        All().Any(own => own.Address.Equals(IPAddress.Parse(address)));
}
