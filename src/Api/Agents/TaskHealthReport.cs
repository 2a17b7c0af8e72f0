using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Api;

/// <summary>Reads a <c>PublishHealthRequest</c>: verdicts on the containers of tasks.</summary>
internal static class TaskHealthReport
{
    /// <summary>What is said of each task that something can be read of; of a container that is named twice, the last.</summary>
    public static IEnumerable<ReportTaskHealthCommand> Read(JsonElement message)
    {
        foreach (var task in message.Members("tasks"))
        {
            var verdicts = ImmutableDictionary.CreateBuilder<string, HealthStatus>(StringComparer.Ordinal);
            foreach (var container in task.Members("containers"))
            {
                if (container.Text("containerName") is { } name)
                {
                    verdicts[name] = container.Text("healthStatus") switch
                    {
                        "HEALTHY" => HealthStatus.Healthy,
                        "UNHEALTHY" => HealthStatus.Unhealthy,
                        _ => HealthStatus.Unknown,
                    };
                }
            }

            if (task.TaskId("taskArn") is { } id && verdicts.Count > 0)
            {
                yield return new(id, verdicts.ToImmutable());
            }
        }
    }
}
