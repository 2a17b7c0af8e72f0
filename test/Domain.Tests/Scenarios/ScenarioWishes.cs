using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Berth.Domain.Tests.Scenarios;

/// <summary>Reads what a command's options say of task definitions, placement and services.</summary>
internal static class ScenarioWishes
{
    public static TaskDefinition Definition(ScenarioCommand command)
    {
        var name = command.Word().Split(':');
        var (family, revision) = (name[0], int.Parse(name[1], CultureInfo.InvariantCulture));
        var main = new ContainerDefinition
        {
            Name = family,
            Image = $"{family}:{revision}",
            CpuUnits = command.Number("cpu") ?? 100,
            MemoryMiB = command.Number("memory") ?? (command.Has("reservation") || command.Has("task-memory") ? null : 100),
            MemoryReservationMiB = command.Number("reservation"),
            Gpus = command.Number("gpus") ?? 0,
            HasHealthCheck = command.Flag("check"),
            PortMappings = [.. command.All("port").Select(option => Port(option.Value)).DefaultIfEmpty(new(80, 0, "tcp"))],
        };
        var sidecar = command.Text("sidecar") is { } other
            ? new ContainerDefinition { Name = other, Image = other, CpuUnits = main.CpuUnits, MemoryMiB = main.MemoryMiB, Essential = false, HasHealthCheck = main.HasHealthCheck }
            : null;
        return new()
        {
            Arn = $"arn:aws:ecs:us-east-1:000000000000:task-definition/{family}:{revision}",
            Family = family,
            Revision = revision,
            Document = JsonElement.Parse($$"""{"family":"{{family}}"}"""),
            NetworkMode = command.Text("mode") ?? "bridge",
            CpuUnits = command.Number("task-cpu"),
            MemoryMiB = command.Number("task-memory"),
            Containers = sidecar is null ? [main] : [main, sidecar],
            RequiresAttributes = command.List("requires"),
            PlacementConstraints = [.. command.All("member").Select(option => option.Value)],
        };
    }

    public static ImmutableArray<PlacementStrategy> Strategies(ScenarioCommand command)
    {
        var given = command.All("binpack", "spread", "then").Select(option => option.Name == "then" ? new PlacementStrategy(option.Value, null) : new(option.Name, option.Value));
        return command.Flag("random") ? [new("random", null)] : [.. given];
    }

    public static ImmutableArray<PlacementConstraint> Constraints(ScenarioCommand command)
    {
        ImmutableArray<PlacementConstraint> distinct = command.Flag("distinct") ? [new("distinctInstance", null)] : [];
        return [.. distinct, .. command.All("member").Select(option => new PlacementConstraint("memberOf", option.Value))];
    }

    /// <summary>Providers as <c>name:weight:base,…</c>; the base may be left out.</summary>
    public static ImmutableArray<CapacityProviderStrategyItem> Providers(ScenarioCommand command, string option) =>
    [
        .. command.List(option).Select(text => text.Split(':')).Select(parts => new CapacityProviderStrategyItem(
            parts[0],
            parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1,
            parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0)),
    ];

    /// <summary>Subnets as <c>name@zone,…</c>; one without a zone is unknown to EC2's records.</summary>
    public static ImmutableArray<TaskSubnet> Subnets(ScenarioCommand command) =>
    [
        .. command.List("subnets").Select(text => text.Split('@')).Where(parts => parts.Length > 1)
            .Select(parts => new TaskSubnet(parts[0], $"10.0.{parts[0][^1] - '0'}.0/24", parts[1])),
    ];

    public static JsonElement? NetworkConfiguration(ScenarioCommand command) => !command.Has("subnets") ? null : JsonElement.Parse(
        $$$"""{"awsvpcConfiguration":{"subnets":[{{{string.Join(',', command.List("subnets").Select(text => $"\"{text.Split('@')[0]}\""))}}}]}}""");

    public static string TargetGroup(string name) => $"arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/{name}/1";

    public static ImmutableArray<ServiceLoadBalancer> LoadBalancers(ScenarioCommand command, string container) =>
    [
        .. command.All("behind").Select(option => option.Value.Split('|')).Select(groups => new ServiceLoadBalancer(TargetGroup(groups[0]), container, 80)
        {
            Advanced = groups.Length < 2 ? null : new(TargetGroup(groups[1]), "production-rule", command.Flag("test-rule") ? "test-rule" : null, "role"),
        }),
    ];

    public static ServiceSettings Settings(ScenarioCommand command, TaskDefinition? definition)
    {
        var daemon = command.Flag("daemon");
        return new()
        {
            TaskDefinitionArn = definition?.Arn ?? "",
            DesiredCount = command.Number("desired") ?? (daemon ? 0 : 1),
            SchedulingStrategy = daemon ? SchedulingStrategy.Daemon : SchedulingStrategy.Replica,
            DeploymentController = command.Flag("external") ? DeploymentController.External : DeploymentController.Ecs,
            LaunchType = command.Has("providers") ? null : command.Text("launch") ?? "EC2",
            CapacityProviderStrategy = Providers(command, "providers"),
            DeploymentConfiguration = Configuration(command, daemon ? new(100, 0) : new()),
            PlacementStrategy = Strategies(command),
            PlacementConstraints = Constraints(command),
            NetworkConfiguration = NetworkConfiguration(command),
            LoadBalancers = LoadBalancers(command, definition?.Family ?? ""),
            HealthCheckGracePeriod = command.Span("grace") ?? TimeSpan.Zero,
            AvailabilityZoneRebalancing = command.Flag("rebalancing") ? "ENABLED" : "DISABLED",
        };
    }

    public static ServiceChanges Changes(ScenarioCommand command, TaskDefinition? definition, Service service) => new()
    {
        Definition = definition,
        DesiredCount = command.Number("desired"),
        ForceNewDeployment = command.Flag("force-new-deployment"),
        DeploymentConfiguration = Configuration(command, service.Settings.DeploymentConfiguration) is var changed && changed != service.Settings.DeploymentConfiguration ? All(changed) : null,
        CapacityProviderStrategy = command.Has("providers") ? Providers(command, "providers") : null,
        PlacementStrategy = Strategies(command) is { IsEmpty: false } strategies ? strategies : null,
        NetworkConfiguration = NetworkConfiguration(command),
        Subnets = Subnets(command),
        PlacementConstraints = Constraints(command) is { IsEmpty: false } constraints ? constraints : null,
        LoadBalancers = command.Has("behind") ? LoadBalancers(command, service.Primary is null ? "" : definition?.Family ?? service.Name) : null,
        HealthCheckGracePeriod = command.Span("grace"),
        AvailabilityZoneRebalancing = command.Flag("rebalancing") ? "ENABLED" : null,
    };

    private static DeploymentConfigurationChanges All(DeploymentConfiguration wish) => new(wish.MaximumPercent, wish.MinimumHealthyPercent)
    {
        Strategy = wish.Strategy,
        CircuitBreaker = wish.CircuitBreaker,
        Alarms = wish.Alarms,
        BakeMinutes = wish.BakeMinutes,
        LifecycleHooks = wish.LifecycleHooks,
        Linear = wish.Linear,
        Canary = wish.Canary,
    };

    private static PortMapping Port(string text)
    {
        var (ports, protocol) = text.EndsWith("/udp", StringComparison.Ordinal) ? (text[..^4], "udp") : (text, "tcp");
        var pair = ports.Split(':');
        var container = int.Parse(pair[^1], CultureInfo.InvariantCulture);
        return new(container, pair.Length > 1 ? int.Parse(pair[0], CultureInfo.InvariantCulture) : 0, protocol);
    }

    private static DeploymentConfiguration Configuration(ScenarioCommand command, DeploymentConfiguration before)
    {
        var rollback = command.Flag("rollback");
        var configuration = before with
        {
            MaximumPercent = command.Number("max") ?? before.MaximumPercent,
            MinimumHealthyPercent = command.Number("min") ?? before.MinimumHealthyPercent,
            Strategy = command.Text("strategy") is { } strategy ? Parsed<DeploymentStrategy>(strategy) : before.Strategy,
            BakeMinutes = command.Number("bake") ?? before.BakeMinutes,
            Linear = command.Fraction("step") is { } step ? new(step, command.Number("step-bake") ?? 6) : before.Linear,
            Canary = command.Fraction("canary") is { } canary ? new(canary, command.Number("canary-bake") ?? 10) : before.Canary,
            Alarms = command.List("alarms") is { IsEmpty: false } alarms ? new(alarms, true, rollback) : before.Alarms,
        };
        if (command.Flag("breaker"))
        {
            var threshold = command.Text("threshold")?.Split(':');
            configuration = configuration with
            {
                CircuitBreaker = new(true, rollback)
                {
                    Threshold = threshold is null ? null : new(Parsed<ThresholdType>(threshold[0]), int.Parse(threshold[1], CultureInfo.InvariantCulture)),
                    ResetOnHealthyTask = command.Flag("cumulative") ? false : null,
                },
            };
        }

        if (command.Text("pause")?.Split(':') is { } pause)
        {
            configuration = configuration with
            {
                LifecycleHooks =
                [
                    new()
                    {
                        TargetType = LifecycleHookTargetType.Pause,
                        Stages = [Parsed<LifecycleStage>(pause[0])],
                        TimeoutInMinutes = pause.Length > 1 ? int.Parse(pause[1], CultureInfo.InvariantCulture) : null,
                        TimeoutAction = pause.Length > 2 ? Parsed<LifecycleHookAction>(pause[2]) : LifecycleHookAction.Rollback,
                    },
                ],
            };
        }

        return configuration;
    }

    /// <summary>A value in the API's spelling: IN_PROGRESS.</summary>
    public static T Parsed<T>(string text)
        where T : struct, Enum => Enum.Parse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
