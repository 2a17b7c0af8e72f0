using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of the order of containers: <c>dependsOn</c>, and links and shared volumes, which imply it.</summary>
internal static class ContainerDependencyRules
{
    /// <summary>Refuses unknown, impossible and circular dependencies.</summary>
    public static void Check(List<ContainerDefinitionShape> containers)
    {
        var byName = containers.ToDictionary(container => container.Name!, StringComparer.Ordinal);
        foreach (var container in containers)
        {
            foreach (var dependency in container.DependsOn ?? [])
            {
                CheckDependency(container, dependency, byName);
            }

            foreach (var link in container.Links ?? [])
            {
                if (!byName.ContainsKey(Target(link)))
                {
                    throw AwsException.Client($"Invalid setting for container '{container.Name}'. Unknown link '{link}'.");
                }
            }
        }

        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in byName.Keys)
        {
            RefuseCycle(name, byName, done, []);
        }
    }

    private static void CheckDependency(ContainerDefinitionShape container, ContainerDependencyShape dependency, Dictionary<string, ContainerDefinitionShape> byName)
    {
        WireEnums.ContainerCondition.RequireOfClient(dependency.Condition, "dependsOn.condition");
        if (dependency.ContainerName is null || dependency.Condition is null || !byName.TryGetValue(dependency.ContainerName, out var target))
        {
            throw AwsException.Client($"Invalid setting for container '{container.Name}'. 'dependsOn' names the unknown container '{dependency.ContainerName}'.");
        }

        if (dependency.Condition is "COMPLETE" or "SUCCESS" && target.Essential != false)
        {
            throw AwsException.Client("A dependency container with SUCCESS or COMPLETE condition cannot be an essential container");
        }

        if (dependency.Condition == "HEALTHY" && target.HealthCheck is null)
        {
            throw AwsException.Client($"Invalid setting for container '{container.Name}'. A container that others depend on with HEALTHY condition must have a health check.");
        }
    }

    /// <summary>Walks depth first; a name met again on its own path closes a circle.</summary>
    private static void RefuseCycle(string name, Dictionary<string, ContainerDefinitionShape> byName, HashSet<string> done, HashSet<string> path)
    {
        if (done.Contains(name))
        {
            return;
        }

        if (!path.Add(name))
        {
            throw AwsException.Client("The container dependencies of the task definition have a cycle.");
        }

        var container = byName[name];
        var needed = (container.DependsOn ?? []).Select(dependency => dependency.ContainerName!)
            .Concat((container.Links ?? []).Select(Target))
            .Concat((container.VolumesFrom ?? []).Select(from => from.SourceContainer!));
        foreach (var other in needed)
        {
            RefuseCycle(other, byName, done, path);
        }

        path.Remove(name);
        done.Add(name);
    }

    /// <summary>The container of <c>NAME</c> or <c>NAME:ALIAS</c>.</summary>
    private static string Target(string link) => link.Split(':', 2)[0];
}
