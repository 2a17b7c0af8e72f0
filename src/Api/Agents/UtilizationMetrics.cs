using System.Globalization;
using System.Text;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Api;

/// <summary>
/// CPU and memory of services, and of tasks where asked for, in per cent of what they reserve: CloudWatch's
/// <c>CPUUtilization</c> and <c>MemoryUtilization</c> of ECS, as the agents last told.
/// </summary>
internal sealed class UtilizationMetrics(TaskUses uses, IStreamDirectory<ClusterAggregate, ClusterState> clusters) : IMetricsSource
{
    private sealed class Total
    {
        public double UsedCpu { get; private set; }

        public double UsedMemory { get; private set; }

        public long ReservedCpu { get; private set; }

        public long ReservedMemory { get; private set; }

        /// <summary>Null where nothing is reserved.</summary>
        public double? CpuPercent => ReservedCpu > 0 ? 100 * UsedCpu / ReservedCpu : null;

        /// <inheritdoc cref="CpuPercent"/>
        public double? MemoryPercent => ReservedMemory > 0 ? 100 * UsedMemory / ReservedMemory : null;

        public void Add(double cpu, long memory, TaskDemand demand)
        {
            UsedCpu += cpu;
            UsedMemory += memory;
            ReservedCpu += demand.CpuUnits;
            ReservedMemory += demand.MemoryMiB;
        }
    }

    public async ValueTask AppendAsync(StringBuilder text, bool perTask, CancellationToken cancellationToken)
    {
        List<(string Labels, Total Total)> services = [], tasks = [];
        foreach (var cluster in uses.All().GroupBy(entry => entry.Cluster))
        {
            if (await clusters.FindAsync(cluster.Key, cancellationToken).ConfigureAwait(false) is not { } stream)
            {
                continue;
            }

            var state = await stream.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
            var name = $"account=\"{cluster.Key.Account}\",region=\"{cluster.Key.Region}\",cluster=\"{cluster.Key.Name}\"";
            Dictionary<string, Total> ofServices = new(StringComparer.Ordinal);
            foreach (var (_, instanceId, used) in cluster)
            {
                if (!state.ContainerInstances.TryGetValue(instanceId, out var instance))
                {
                    continue;
                }

                foreach (var (taskId, use) in used)
                {
                    if (!state.Tasks.TryGetValue(taskId, out var task))
                    {
                        continue;
                    }

                    var cpu = use.CpuPercent / 100 * instance.Resources.CpuUnits;
                    if (task.ServiceName is { } service)
                    {
                        if (!ofServices.TryGetValue(service, out var total))
                        {
                            ofServices.Add(service, total = new());
                        }

                        total.Add(cpu, use.MemoryMiB, task.Demand);
                    }

                    if (perTask)
                    {
                        var total = new Total();
                        total.Add(cpu, use.MemoryMiB, task.Demand);
                        tasks.Add(($"{name},task=\"{taskId}\"", total));
                    }
                }
            }

            services.AddRange(ofServices.Select(entry => ($"{name},service=\"{entry.Key}\"", entry.Value)));
        }

        Append(text, "berth_service_cpu_utilization_percent", "CPU that a service's tasks use, of what they reserve.", services, total => total.CpuPercent);
        Append(text, "berth_service_memory_utilization_percent", "Memory that a service's tasks use, of what they reserve.", services, total => total.MemoryPercent);
        Append(text, "berth_task_cpu_utilization_percent", "CPU that a task uses, of what it reserves.", tasks, total => total.CpuPercent);
        Append(text, "berth_task_memory_utilization_percent", "Memory that a task uses, of what it reserves.", tasks, total => total.MemoryPercent);
        Append(text, "berth_task_memory_mebibytes", "Memory that a task uses.", tasks, total => total.UsedMemory);
    }

    private static void Append(StringBuilder text, string name, string help, List<(string Labels, Total Total)> all, Func<Total, double?> value)
    {
        if (all.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
        foreach (var (labels, total) in all)
        {
            if (value(total) is { } number)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {number:0.###}\n");
            }
        }
    }
}
