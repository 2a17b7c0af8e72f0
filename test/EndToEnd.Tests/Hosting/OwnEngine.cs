using System.Diagnostics;
using System.Globalization;

namespace Berth.EndToEnd.Tests;

/// <summary>
/// A Docker Engine that nobody else's tests miss when it dies. It lives in a network of its own: an engine that is told to have
/// no bridge takes away the one that it finds.
/// </summary>
/// <param name="berth">The installation that uses it.</param>
/// <param name="mebibytes">How large its disk is; null where it shares the machine's.</param>
/// <param name="bridge">Whether it has a bridge, which nobody can reach from outside.</param>
internal sealed class OwnEngine(Installation berth, int? mebibytes = null, bool bridge = false)
{
    // Not below the installation's data: a socket's path has a hundred characters at most.
    private readonly string place = Directory.CreateTempSubdirectory("berth-engine-").FullName;

    public string Address => $"unix://{place}/socket";

    /// <summary>Where its images and containers are.</summary>
    public string Disk => $"{place}/data";

    /// <summary>Says why there can be none here; null when there can.</summary>
    public async Task<string?> PrepareAsync()
    {
        if ((await berth.TryAsync("test $(id -u) = 0 && command -v dockerd && unshare --net true && command -v python3", CancellationToken.None)).ExitCode != 0)
        {
            return "An engine of one's own cannot be started: this needs root, dockerd and python3.";
        }

        await berth.RunAsync($"mkdir -p {Disk}", CancellationToken.None);
        if (mebibytes is not null && (await berth.TryAsync($"mount -t tmpfs -o size={mebibytes}m tmpfs {Disk}", CancellationToken.None)).ExitCode != 0)
        {
            return "A small file system cannot be mounted.";
        }

        return null;
    }

    /// <summary>Starts it, with the installation's registry where it is on the machine.</summary>
    public async Task StartAsync()
    {
        var (registryPort, forward) = (berth.Registry.Split(':')[1], Path.Combine(AppContext.BaseDirectory, "Hosting/forward.py"));
        await berth.RunAsync($$"""
            rm -f {{place}}/registry {{place}}/pid
            setsid python3 {{forward}} file {{registryPort}} {{place}}/registry >>{{place}}/log 2>&1 </dev/null & echo $! >{{place}}/forwarders
            setsid unshare --net sh -c 'ip link set lo up
              python3 {{forward}} tcp {{registryPort}} {{place}}/registry & echo $! >>{{place}}/forwarders
              exec dockerd --host {{Address}} --data-root {{Disk}} --exec-root {{place}}/exec --pidfile {{place}}/pid {{(bridge ? "" : "--bridge none")}} --iptables=false --ip6tables=false' >>{{place}}/log 2>&1 </dev/null &
            """, CancellationToken.None);
        await Eventually.IsAsync("the engine answers", async () => (await berth.TryAsync($"docker -H {Address} version", CancellationToken.None)).ExitCode, code => code == 0);
    }

    /// <summary>Ends it in order, its containers with it.</summary>
    public async Task StopAsync()
    {
        await berth.TryAsync($"kill $(cat {place}/pid) $(cat {place}/forwarders)", CancellationToken.None);
        await Eventually.IsAsync("the engine has ended", () => Task.FromResult(File.Exists($"{place}/pid")), exists => !exists);
    }

    /// <summary>Ends the daemon without notice. What runs its containers stays until there is another.</summary>
    public async Task CrashAsync()
    {
        await berth.RunAsync($"kill -9 $(cat {place}/pid); kill $(cat {place}/forwarders) || :; while kill -0 $(cat {place}/pid) 2>/dev/null; do sleep 0.05; done", CancellationToken.None);
    }

    /// <summary>Ends everything of it, containers too, and leaves behind what a machine has after it was switched off: the disk.</summary>
    public async Task SwitchOffAsync()
    {
        await berth.RunAsync($$$"""
            tasks=$(docker -H {{{Address}}} ps -q | xargs -r docker -H {{{Address}}} inspect --format '{{.State.Pid}}')
            kill -9 $(cat {{{place}}}/pid) $tasks $(cat {{{place}}}/forwarders) || :
            """, CancellationToken.None);
        await Eventually.IsAsync("all of it has ended", KillRestAsync, left => left == 0);
        await berth.RunAsync($"{Unmount($"{place}/exec {Disk}/overlay2 {Disk}/containers")}; rm -rf {place}/exec {place}/pid {place}/socket", CancellationToken.None);
    }

    /// <summary>Takes away all there is of it.</summary>
    public async Task RemoveAsync()
    {
        await berth.TryAsync($"test ! -f {place}/pid || kill $(cat {place}/pid); test ! -f {place}/forwarders || kill $(cat {place}/forwarders)", CancellationToken.None);
        await Eventually.IsAsync("the engine has ended", () => Task.FromResult(File.Exists($"{place}/pid")), exists => !exists);
        await Eventually.IsAsync("all of it has ended", KillRestAsync, left => left == 0);
        await berth.TryAsync(Unmount(place), CancellationToken.None);
        Directory.Delete(place, recursive: true);
    }

    /// <summary>Kills what has this engine's own directory in its command line.</summary>
    /// <returns>How many there still were.</returns>
    private Task<int> KillRestAsync()
    {
        var left = 0;
        foreach (var name in Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0])))
        {
            try
            {
                if (File.ReadAllText($"/proc/{name}/cmdline").Contains($"{place}/exec", StringComparison.Ordinal))
                {
                    left++;
                    using var process = Process.GetProcessById(int.Parse(name!, CultureInfo.InvariantCulture));
                    process.Kill();
                }
            }
            catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException)
            {
                // By itself.
            }
        }

        return Task.FromResult(left);
    }

    private static string Unmount(string below) =>
        $"for dir in {below}; do awk -v dir=$dir 'index($2, dir) == 1 {{ print $2 }}' /proc/mounts | sort -r | xargs -r umount -l; done";
}
