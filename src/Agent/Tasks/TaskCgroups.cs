using System.Globalization;

namespace Berth.Agent;

/// <summary>
/// Control groups of tasks with limits of their own: what all containers of a task use together stays within them. Docker
/// puts the containers' groups inside by <c>CgroupParent</c>.
/// </summary>
/// <remarks>
/// Works where the engine on this machine uses the <c>cgroupfs</c> driver and the agent may write there; with systemd's
/// driver the groups are systemd's to make. Elsewhere each container is held to its task's limits by itself.
/// </remarks>
internal sealed class TaskCgroups
{
    private const string Root = "/sys/fs/cgroup";
    private const string Parent = "ecs";
    private const int PeriodMicroseconds = 100_000;
    private const long BytesPerMiB = 1024 * 1024;

    private readonly bool isUnified;

    private TaskCgroups(bool isUnified) => this.isUnified = isUnified;

    /// <summary>Null where this machine's control groups are not the agent's to use.</summary>
    /// <param name="docker">The engine.</param>
    /// <param name="dockerHost">Where it is asked.</param>
    public static TaskCgroups? Find(DockerInfo docker, string dockerHost)
    {
        if (docker.CgroupDriver != "cgroupfs" || !dockerHost.StartsWith("unix:", StringComparison.Ordinal))
        {
            return null;
        }

        var groups = new TaskCgroups(isUnified: docker.CgroupVersion == "2");
        try
        {
            groups.Prepare();
            return groups;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The group that a task's containers belong in; null for a task without limits of its own.</summary>
    public static string? PathOf(TaskState task) => task.Spec is { Cpu: null or 0, Memory: null or 0 } ? null : $"/{Parent}/{task.Id}";

    /// <summary>Makes a task's group, or sets its limits once more.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public void Ensure(TaskState task)
    {
        if (PathOf(task) is null)
        {
            return;
        }

        if (task.Spec.Cpu is > 0 and var vCpus)
        {
            var quota = (long)(vCpus * PeriodMicroseconds);
            var group = Directory.CreateDirectory(Group("cpu", task)).FullName;
            if (isUnified)
            {
                Write(group, "cpu.max", string.Create(CultureInfo.InvariantCulture, $"{quota} {PeriodMicroseconds}"));
            }
            else
            {
                Write(group, "cpu.cfs_period_us", PeriodMicroseconds.ToString(CultureInfo.InvariantCulture));
                Write(group, "cpu.cfs_quota_us", quota.ToString(CultureInfo.InvariantCulture));
            }
        }

        if (task.Spec.Memory is > 0 and var mebibytes)
        {
            var group = Directory.CreateDirectory(Group("memory", task)).FullName;
            Write(group, isUnified ? "memory.max" : "memory.limit_in_bytes", (mebibytes * BytesPerMiB).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Removes a task's group, once its containers are gone; one that is still in use stays.</summary>
    public void Remove(TaskState task)
    {
        if (PathOf(task) is null)
        {
            return;
        }

        // Docker makes the parent in every hierarchy, whether limited there or not.
        foreach (var group in isUnified ? [Group("", task)] : Directory.GetDirectories(Root).Select(hierarchy => Path.Combine(hierarchy, Parent, task.Id)))
        {
            try
            {
                if (Directory.Exists(group))
                {
                    Directory.Delete(group);
                }
            }
            catch (IOException)
            {
                // A container is still ending in it. The task's clean-up tries again.
            }
        }
    }

    private void Prepare()
    {
        foreach (var controller in isUnified ? [""] : (string[])["cpu", "memory"])
        {
            var hierarchy = Path.Combine(Root, controller);
            if (!Directory.Exists(hierarchy))
            {
                throw new IOException($"{hierarchy} is missing.");
            }

            var parent = Directory.CreateDirectory(Path.Combine(hierarchy, Parent)).FullName;
            if (isUnified)
            {
                Write(hierarchy, "cgroup.subtree_control", "+cpu +memory");
                Write(parent, "cgroup.subtree_control", "+cpu +memory");
            }
        }
    }

    private string Group(string controller, TaskState task) => Path.Combine(Root, isUnified ? "" : controller, Parent, task.Id);

    private static void Write(string group, string file, string text) => File.WriteAllText(Path.Combine(group, file), text);
}
