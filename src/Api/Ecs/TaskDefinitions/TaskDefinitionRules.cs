using System.Globalization;
using System.Text.RegularExpressions;
using Berth.Domain;

namespace Berth.Api;

/// <summary>What ECS demands of a task definition before it registers it. One function a rule, in the order in which ECS looks.</summary>
/// <remarks>Source: developer guide, "Task definition parameters"; the wording is the service's.</remarks>
internal static partial class TaskDefinitionRules
{
    private const int FewestCpuUnits = 128;
    private const int MostCpuUnits = 196_608;
    private const int FewestMemoryMiB = 6;
    private const int MostPlacementConstraints = 10;

    /// <summary>Everything ECS would not register this definition for; nothing when it would.</summary>
    public static Problems Check(RegisterTaskDefinitionRequest request, EcsQuotas quotas)
    {
        var problems = new Problems();
        CheckFamily(request.Family, problems);
        CheckChoices(request, problems);
        var containers = request.ContainerDefinitions ?? [];
        CheckContainerList(containers, quotas, problems);
        if (containers.Count > quotas.ContainersPerTaskDefinition)
        {
            return problems;    // What more there is to say of so many would only cost time.
        }

        for (var at = 0; at < containers.Count; at++)
        {
            ContainerDefinitionRules.Check(containers[at], $"containerDefinitions[{at}]", request, quotas, problems);
        }

        CheckNamesAreUnique(containers, problems);
        CheckOneIsEssential(containers, problems);
        CheckTaskSize(request, containers, problems);
        PortMappingRules.Check(containers, request.NetworkMode ?? "bridge", quotas, problems);
        VolumeRules.Check(request, containers, problems);
        ContainerDependencyRules.Check(containers, problems);
        CheckPlacementConstraints(request.PlacementConstraints ?? [], problems);
        CheckProxy(request, containers, problems);
        FirelensRules.Check(request.NetworkMode, containers, problems);
        CheckCompatibilities(request, problems);
        return problems;
    }

    /// <summary>Whether the text can name a family, a container or a cluster.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 255 && NamePattern.IsMatch(text);

    /// <summary>The CPU units of <c>256</c>, <c>1 vCPU</c> or <c>.25 vcpu</c>; null for anything else.</summary>
    public static int? CpuUnits(string text) => Quantity(text, CpuPattern, unitsOfSuffix: 1024);

    /// <summary>The MiB of <c>512</c>, <c>1GB</c> or <c>0.5 gb</c>; null for anything else.</summary>
    public static int? MemoryMiB(string text) => Quantity(text, MemoryPattern, unitsOfSuffix: 1024);

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z")]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex(@"^\s*(?<number>[0-9]*\.?[0-9]+)\s*(?<suffix>vcpus?)?\s*\z", RegexOptions.IgnoreCase)]
    private static partial Regex CpuPattern { get; }

    [GeneratedRegex(@"^\s*(?<number>[0-9]*\.?[0-9]+)\s*(?<suffix>gb)?\s*\z", RegexOptions.IgnoreCase)]
    private static partial Regex MemoryPattern { get; }

    private static int? Quantity(string text, Regex pattern, int unitsOfSuffix)
    {
        var match = pattern.Match(text);
        if (!match.Success || !decimal.TryParse(match.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var hasSuffix = match.Groups["suffix"].Success;
        if (number > int.MaxValue / unitsOfSuffix || (!hasSuffix && number != decimal.Truncate(number)))
        {
            return null;
        }

        return (int)(hasSuffix ? number * unitsOfSuffix : number);
    }

    private static void CheckFamily(string? family, Problems problems)
    {
        if (string.IsNullOrEmpty(family))
        {
            problems.Add("family", "Family should not be null or empty.");
        }
        else
        {
            problems.AddIf(!IsName(family), "family", "Family contains invalid characters.");
        }
    }

    private static void CheckChoices(RegisterTaskDefinitionRequest request, Problems problems)
    {
        problems.Require(WireEnums.NetworkMode, request.NetworkMode, "", "networkMode");
        problems.Require(WireEnums.PidMode, request.PidMode, "", "pidMode");
        problems.Require(WireEnums.IpcMode, request.IpcMode, "", "ipcMode");
        problems.Require(WireEnums.ProxyConfigurationType, request.ProxyConfiguration?.Type, "", "proxyConfiguration.type");
        problems.Require(WireEnums.CpuArchitecture, request.RuntimePlatform?.CpuArchitecture, "runtimePlatform", "cpuArchitecture");
        problems.Require(WireEnums.OsFamily, request.RuntimePlatform?.OperatingSystemFamily, "runtimePlatform", "operatingSystemFamily");
        foreach (var compatibility in request.RequiresCompatibilities ?? [])
        {
            problems.Require(WireEnums.Compatibility, compatibility, "", "requiresCompatibilities");
        }

        problems.AddIf(
            request.EphemeralStorage is { SizeInGiB: null or < 21 or > 200 },
            "ephemeralStorage.sizeInGiB",
            "Invalid 'ephemeralStorage' setting. 'sizeInGiB' must be between 21 and 200.");
    }

    private static void CheckContainerList(List<ContainerDefinitionShape> containers, EcsQuotas quotas, Problems problems)
    {
        problems.AddIf(containers.Count == 0, "containerDefinitions", "Container list cannot be empty.");
        problems.AddIf(
            containers.Count > quotas.ContainersPerTaskDefinition,
            "containerDefinitions",
            $"Container list cannot have more than {quotas.ContainersPerTaskDefinition} containers.");
    }

    private static void CheckNamesAreUnique(List<ContainerDefinitionShape> containers, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < containers.Count; at++)
        {
            if (!string.IsNullOrEmpty(containers[at].Name) && !names.Add(containers[at].Name!))
            {
                problems.Add($"containerDefinitions[{at}].name", "Container.name contains duplicate container names.");
            }
        }
    }

    private static void CheckOneIsEssential(List<ContainerDefinitionShape> containers, Problems problems) => problems.AddIf(
        containers.Count > 0 && containers.TrueForAll(container => container.Essential == false),
        "containerDefinitions",
        "At least one container in the task definition must be essential.");

    private static void CheckTaskSize(RegisterTaskDefinitionRequest request, List<ContainerDefinitionShape> containers, Problems problems)
    {
        if (request.Cpu is { } cpu)
        {
            if (CpuUnits(cpu) is not (>= FewestCpuUnits and <= MostCpuUnits and var units))
            {
                problems.Add("cpu", $"Invalid 'cpu' setting for task. It must be between {FewestCpuUnits} and {MostCpuUnits} CPU units.");
            }
            else
            {
                problems.AddIf(
                    containers.Sum(container => (long)(container.Cpu ?? 0)) > units,
                    "cpu",
                    "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.");
            }
        }

        if (request.Memory is { } memory)
        {
            if (MemoryMiB(memory) is not (>= FewestMemoryMiB and var mebibytes))
            {
                problems.Add("memory", $"Invalid 'memory' setting for task. It must be at least {FewestMemoryMiB} MiB.");
            }
            else
            {
                problems.AddIf(
                    containers.Exists(container => (container.Memory ?? container.MemoryReservation ?? 0) > mebibytes)
                        || containers.Sum(container => (long)(container.MemoryReservation ?? container.Memory ?? 0)) > mebibytes,
                    "memory",
                    "The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.");
            }
        }
    }

    private static void CheckPlacementConstraints(List<TaskDefinitionPlacementConstraintShape> constraints, Problems problems)
    {
        problems.AddIf(
            constraints.Count > MostPlacementConstraints,
            "placementConstraints",
            $"A task definition can have at most {MostPlacementConstraints} placement constraints.");
        for (var at = 0; at < constraints.Count; at++)
        {
            var (type, expression) = (constraints[at].Type, constraints[at].Expression);
            if (type is null || !WireEnums.TaskDefinitionPlacementConstraintType.Allows(type))
            {
                problems.Add($"placementConstraints[{at}].type", WireEnums.TaskDefinitionPlacementConstraintType.Refusal("placementConstraints.type"));
            }
            else if (!ClusterQuery.TryParse(expression, out _, out var error))
            {
                problems.Add($"placementConstraints[{at}].expression", $"Invalid expression: {error}.");
            }
        }
    }

    private static void CheckProxy(RegisterTaskDefinitionRequest request, List<ContainerDefinitionShape> containers, Problems problems)
    {
        if (request.ProxyConfiguration is not { } proxy)
        {
            return;
        }

        problems.AddIf(request.NetworkMode != "awsvpc", "proxyConfiguration", "A proxy configuration requires network mode 'awsvpc'.");
        if (string.IsNullOrEmpty(proxy.ContainerName) || containers.TrueForAll(container => container.Name != proxy.ContainerName))
        {
            problems.Add("proxyConfiguration.containerName", "The proxy configuration must name a container of the task definition.");
        }
    }

    private static void CheckCompatibilities(RegisterTaskDefinitionRequest request, Problems problems)
    {
        foreach (var required in request.RequiresCompatibilities ?? [])
        {
            foreach (var problem in TaskDefinitionCompatibility.WhyNot(required, request))
            {
                problems.Add(problem.Path, problem.Message);
            }
        }
    }
}
