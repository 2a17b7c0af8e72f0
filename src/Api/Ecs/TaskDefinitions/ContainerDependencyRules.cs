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

        if (HasCycle(byName))
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

    /// <summary>Takes away whatever needs nothing that is left; what then remains is in a circle, or needs one that is.</summary>
    private static bool HasCycle(Dictionary<string, ContainerDefinitionShape> byName)
    {
        var needs = byName.ToDictionary(known => known.Key, known => Needed(known.Value).Where(byName.ContainsKey).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var neededBy = needs.SelectMany(known => known.Value, (known, other) => (Name: known.Key, Other: other)).ToLookup(need => need.Other, need => need.Name, StringComparer.Ordinal);
        var free = new Queue<string>(needs.Where(known => known.Value.Count == 0).Select(known => known.Key));
        var left = needs.Count;
        while (free.TryDequeue(out var name))
        {
            left--;
            foreach (var other in neededBy[name])
            {
                needs[other].Remove(name);
                if (needs[other].Count == 0)
                {
                    free.Enqueue(other);
                }
            }
        }

        return left > 0;
    }

    private static IEnumerable<string> Needed(ContainerDefinitionShape container) =>
        (container.DependsOn ?? []).Select(dependency => dependency.ContainerName)
            .Concat((container.Links ?? []).Select(Target))
            .Concat((container.VolumesFrom ?? []).Select(from => from.SourceContainer))
            .OfType<string>();

    /// <summary>The container of <c>NAME</c> or <c>NAME:ALIAS</c>.</summary>
    private static string Target(string link) => link.Split(':', 2)[0];
}
