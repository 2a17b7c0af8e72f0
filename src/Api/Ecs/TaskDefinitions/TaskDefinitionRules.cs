using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>
/// What ECS demands of a task definition before it registers it. One function a rule; the first that is broken is told.
/// </summary>
/// <remarks>Source: developer guide, "Task definition parameters"; the wording is the service's.</remarks>
internal static partial class TaskDefinitionRules
{
    /// <summary>Containers a task definition may have.</summary>
    public const int MostContainers = 10;

    /// <summary>The longest JSON text of a task definition.</summary>
    public const int MostBytes = 64 * 1024;

    private const int FewestCpuUnits = 128;
    private const int MostCpuUnits = 196_608;
    private const int FewestMemoryMiB = 6;
    private const int MostPlacementConstraints = 10;

    /// <summary>Refuses a definition that ECS would not register.</summary>
    public static void Check(RegisterTaskDefinitionRequest request)
    {
        CheckFamily(request.Family);
        CheckChoices(request);
        CheckContainerList(request.ContainerDefinitions);
        var containers = request.ContainerDefinitions!;    // Checked above.
        foreach (var container in containers)
        {
            ContainerDefinitionRules.Check(container, request);
        }

        CheckNamesAreUnique(containers);
        CheckOneIsEssential(containers);
        CheckTaskSize(request);
        PortMappingRules.Check(containers, request.NetworkMode ?? "bridge");
        VolumeRules.Check(request.Volumes ?? [], containers);
        ContainerDependencyRules.Check(containers);
        CheckPlacementConstraints(request.PlacementConstraints ?? []);
        CheckCompatibilities(request);
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

    private static void CheckFamily(string? family)
    {
        if (string.IsNullOrEmpty(family))
        {
            throw AwsException.Client("Family should not be null or empty.");
        }

        if (!IsName(family))
        {
            throw AwsException.Client("Family contains invalid characters.");
        }
    }

    private static void CheckChoices(RegisterTaskDefinitionRequest request)
    {
        WireEnums.NetworkMode.RequireOfClient(request.NetworkMode, "networkMode");
        WireEnums.PidMode.RequireOfClient(request.PidMode, "pidMode");
        WireEnums.IpcMode.RequireOfClient(request.IpcMode, "ipcMode");
        WireEnums.ProxyConfigurationType.RequireOfClient(request.ProxyConfiguration?.Type, "proxyConfiguration.type");
        WireEnums.CpuArchitecture.RequireOfClient(request.RuntimePlatform?.CpuArchitecture, "cpuArchitecture");
        WireEnums.OsFamily.RequireOfClient(request.RuntimePlatform?.OperatingSystemFamily, "operatingSystemFamily");
        foreach (var compatibility in request.RequiresCompatibilities ?? [])
        {
            WireEnums.Compatibility.RequireOfClient(compatibility, "requiresCompatibilities");
        }

        if (request.EphemeralStorage is { SizeInGiB: null or < 21 or > 200 })
        {
            throw AwsException.Client("Invalid 'ephemeralStorage' setting. 'sizeInGiB' must be between 21 and 200.");
        }
    }

    private static void CheckContainerList(List<ContainerDefinitionShape>? containers)
    {
        if (containers is not { Count: > 0 } || containers.Contains(null!))
        {
            throw AwsException.Client("Container list cannot be empty.");
        }

        if (containers.Count > MostContainers)
        {
            throw AwsException.Client($"Container list cannot have more than {MostContainers} containers.");
        }
    }

    private static void CheckNamesAreUnique(List<ContainerDefinitionShape> containers)
    {
        if (containers.DistinctBy(container => container.Name, StringComparer.Ordinal).Count() < containers.Count)
        {
            throw AwsException.Client("Container.name contains duplicate container names.");
        }
    }

    private static void CheckOneIsEssential(List<ContainerDefinitionShape> containers)
    {
        if (containers.TrueForAll(container => container.Essential == false))
        {
            throw AwsException.Client("At least one container in the task definition must be essential.");
        }
    }

    private static void CheckTaskSize(RegisterTaskDefinitionRequest request)
    {
        var containers = request.ContainerDefinitions!;
        if (request.Cpu is { } cpu)
        {
            if (CpuUnits(cpu) is not (>= FewestCpuUnits and <= MostCpuUnits and var units))
            {
                throw AwsException.Client($"Invalid 'cpu' setting for task. It must be between {FewestCpuUnits} and {MostCpuUnits} CPU units.");
            }

            if (containers.Sum(container => (long)(container.Cpu ?? 0)) > units)
            {
                throw AwsException.Client("The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.");
            }
        }

        if (request.Memory is { } memory)
        {
            if (MemoryMiB(memory) is not (>= FewestMemoryMiB and var mebibytes))
            {
                throw AwsException.Client($"Invalid 'memory' setting for task. It must be at least {FewestMemoryMiB} MiB.");
            }

            if (containers.Exists(container => (container.Memory ?? container.MemoryReservation ?? 0) > mebibytes)
                || containers.Sum(container => (long)(container.MemoryReservation ?? container.Memory ?? 0)) > mebibytes)
            {
                throw AwsException.Client("The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.");
            }
        }
    }

    private static void CheckPlacementConstraints(List<TaskDefinitionPlacementConstraintShape> constraints)
    {
        if (constraints.Count > MostPlacementConstraints)
        {
            throw AwsException.Client($"A task definition can have at most {MostPlacementConstraints} placement constraints.");
        }

        foreach (var constraint in constraints)
        {
            WireEnums.TaskDefinitionPlacementConstraintType.RequireOfClient(constraint.Type, "placementConstraints.type");
            if (constraint.Type is null)
            {
                throw AwsException.Client("Invalid expression");
            }

            if (!ClusterQuery.TryParse(constraint.Expression, out _, out var error))
            {
                throw AwsException.Client($"Invalid expression: {error}.");
            }
        }
    }

    private static void CheckCompatibilities(RegisterTaskDefinitionRequest request)
    {
        var required = (request.RequiresCompatibilities ?? []).ToFrozenSet(StringComparer.Ordinal);
        if (required.Contains("FARGATE") && TaskDefinitionCompatibility.WhyNotFargate(request) is { } fargate)
        {
            throw AwsException.Client(fargate);
        }

        if (required.Contains("EXTERNAL") && TaskDefinitionCompatibility.WhyNotExternal(request) is { } external)
        {
            throw AwsException.Client(external);
        }
    }
}
