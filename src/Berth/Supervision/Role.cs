using System.Globalization;

namespace Berth.Host;

/// <summary>One process of an installation.</summary>
/// <param name="Name">Its name, which its log, pid file and messages carry: <c>server</c>, <c>balancer</c>, <c>agent-1</c>.</param>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Stage">When it is stopped: the lowest stage first, those of one stage together.</param>
internal sealed record Role(string Name, IReadOnlyList<string> Command, int Stage)
{
    internal const string Server = "server", Balancer = "balancer";

    /// <summary>What <c>berth up</c> runs. Agents stop first and the server last, so that each can still tell it what became of its work.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="machine">The machine's size, to be shared; null where it is unknown or a lone agent may find out by itself.</param>
    internal static IReadOnlyList<Role> Of(Installation installation, (int CpuUnits, int MemoryMiB)? machine)
    {
        var settings = installation.Settings;
        List<Role> roles =
        [
            new(Server, [.. Berth, "server", "--data", installation.DataDirectory, "--port", Text(settings.Port), "--account", settings.AccountId], 3),
            new(Balancer, [.. Berth, "balancer", "--data", installation.DataDirectory], 2),
        ];
        foreach (var name in installation.InstanceNames())
        {
            // Zones go round: us-east-1a, us-east-1b, us-east-1c, and again.
            var zone = Installation.DefaultRegion + (char)('a' + ((int.Parse(name, CultureInfo.InvariantCulture) - 1) % 3));
            IEnumerable<string> share = machine is { } size && settings.Instances > 1
                ? ["--cpu", Text(size.CpuUnits / settings.Instances), "--memory", Text(size.MemoryMiB / settings.Instances)]
                : [];
            roles.Add(new(
                AgentName(name),
                [.. Berth, "agent", "--data", installation.DataDirectory, "--name", name, "--cluster", Installation.DefaultCluster, "--availability-zone", zone, .. share],
                1));
        }

        return roles;
    }

    internal static string AgentName(string instance) => $"agent-{instance}";

    /// <summary>How to run this program again: through <c>dotnet</c> when it runs so itself.</summary>
    internal static IReadOnlyList<string> Berth
    {
        get
        {
            var program = Environment.ProcessPath ?? "dotnet";
            return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Path.Combine(AppContext.BaseDirectory, "berth.dll")] : [program];
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
