namespace Berth.Api;

/// <summary>What ECS demands of the order of containers: <c>dependsOn</c>, and links and shared volumes, which imply it.</summary>
internal static class ContainerDependencyRules
{
    /// <summary>Finds unknown, impossible and circular dependencies.</summary>
    public static void Check(List<ContainerDefinitionShape> containers, Problems problems)
    {
        var byName = new Dictionary<string, ContainerDefinitionShape>(StringComparer.Ordinal);
        foreach (var container in containers.Where(container => !string.IsNullOrEmpty(container.Name)))
        {
            byName.TryAdd(container.Name!, container);
        }

        for (var at = 0; at < containers.Count; at++)
        {
            var container = containers[at];
            for (var entry = 0; entry < container.DependsOn?.Count; entry++)
            {
                CheckDependency(container, container.DependsOn[entry], $"containerDefinitions[{at}].dependsOn[{entry}]", byName, problems);
            }

            for (var entry = 0; entry < container.Links?.Count; entry++)
            {
                problems.AddIf(
                    !byName.ContainsKey(Target(container.Links[entry])),
                    $"containerDefinitions[{at}].links[{entry}]",
                    $"Invalid setting for container '{container.Name}'. Unknown link '{container.Links[entry]}'.");
            }
        }

        var done = new HashSet<string>(StringComparer.Ordinal);
        if (byName.Keys.Any(name => HasCycle(name, byName, done, [])))
        {
            problems.Add("containerDefinitions", "The container dependencies of the task definition have a cycle.");
        }
    }

    private static void CheckDependency(
        ContainerDefinitionShape container, ContainerDependencyShape dependency, string at, Dictionary<string, ContainerDefinitionShape> byName, Problems problems)
    {
        if (!WireEnums.ContainerCondition.Allows(dependency.Condition))
        {
            problems.Add($"{at}.condition", WireEnums.ContainerCondition.Refusal("dependsOn.condition"));
        }

        if (dependency.ContainerName is null || dependency.Condition is null || !byName.TryGetValue(dependency.ContainerName, out var target))
        {
            problems.Add(at, $"Invalid setting for container '{container.Name}'. 'dependsOn' names the unknown container '{dependency.ContainerName}'.");
            return;
        }

        problems.AddIf(
            dependency.Condition is "COMPLETE" or "SUCCESS" && target.Essential != false,
            $"{at}.condition",
            "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container");
        problems.AddIf(
            dependency.Condition == "HEALTHY" && target.HealthCheck is null,
            $"{at}.condition",
            $"Invalid setting for container '{container.Name}'. A container that others depend on with HEALTHY condition must have a health check.");
    }

    /// <summary>Walks depth first; a name met again on its own path closes a circle.</summary>
    private static bool HasCycle(string name, Dictionary<string, ContainerDefinitionShape> byName, HashSet<string> done, HashSet<string> path)
    {
        if (done.Contains(name) || !byName.TryGetValue(name, out var container))
        {
            return false;
        }

        if (!path.Add(name))
        {
            return true;
        }

        var needed = (container.DependsOn ?? []).Select(dependency => dependency.ContainerName)
            .Concat((container.Links ?? []).Select(Target))
            .Concat((container.VolumesFrom ?? []).Select(from => from.SourceContainer));
        if (needed.Any(other => other is not null && HasCycle(other, byName, done, path)))
        {
            return true;
        }

        path.Remove(name);
        done.Add(name);
        return false;
    }

    /// <summary>The container of <c>NAME</c> or <c>NAME:ALIAS</c>.</summary>
    private static string Target(string link) => link.Split(':', 2)[0];
}
