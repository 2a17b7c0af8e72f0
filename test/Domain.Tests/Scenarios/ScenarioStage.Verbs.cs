using System.Collections.Immutable;
using System.Globalization;

namespace Berth.Domain.Tests.Scenarios;

internal sealed partial class ScenarioStage
{
    private Dictionary<string, Action<ScenarioCommand>> Verbs() => new(StringComparer.Ordinal)
    {
        // The cluster.
        ["instance"] = Instance,
        ["connect"] = command => Each(command, id => Do(new ConnectAgentCommand(id, new("1.0.0", "berth", "28")))),
        ["disconnect"] = command => Do(new DisconnectAgentsCommand(command.Words())),
        ["drain"] = command => Failed(Do(new UpdateContainerInstancesStateCommand(command.Words(), ContainerInstanceStatus.Draining))?.Failures),
        ["activate"] = command => Failed(Do(new UpdateContainerInstancesStateCommand(command.Words(), ContainerInstanceStatus.Active))?.Failures),
        ["deregister"] = command => Do(new DeregisterContainerInstanceCommand(command.Word(), command.Flag("force"))),
        ["attribute"] = command => Do(new PutAttributesCommand(command.Word(), [.. command.AllBeginning("").Select(pair => new EcsAttribute(pair.Name, pair.Value))])),
        ["unattribute"] = command => Do(new DeleteAttributesCommand(command.Word(), command.Words())),
        ["providers"] = command => Do(new PutClusterCapacityProvidersCommand([.. command.AllBeginning("").Select(pair => new ClusterCapacityProvider(pair.Name, pair.Value))], [])),
        ["taskdef"] = command =>
        {
            var definition = ScenarioWishes.Definition(command);
            definitions[Timeline.Revision(definition.Arn)] = definition;
        },

        // Tasks.
        ["run"] = Run,
        ["start"] = Start,
        ["stop"] = command => Do(new StopTaskCommand(names.IdOf(command.Word()), command.Text("reason"))),
        ["protect"] = command => Protect(command, enabled: true),
        ["unprotect"] = command => Protect(command, enabled: false),

        // Services.
        ["service"] = command =>
        {
            var (name, definition) = (command.Word(), command.Text("taskdef") is { } text ? Defined(text) : null);
            Do(new CreateServiceCommand(name, ScenarioWishes.Settings(command, definition), definition, [], null, "arn:aws:iam::000000000000:root", null) { Subnets = ScenarioWishes.Subnets(command) });
        },
        ["update"] = command =>
        {
            var name = command.Word();
            var definition = command.Text("taskdef") is { } text ? Defined(text) : null;
            var changes = State.Services.TryGetValue(name, out var service) ? ScenarioWishes.Changes(command, definition, service) : new();
            Do(new UpdateServiceCommand(name, changes));
        },
        ["delete"] = command => Do(new DeleteServiceCommand(command.Word(), command.Flag("force"))),
        ["stop-deployment"] = command =>
        {
            var service = State.Services[command.Word()];
            Do(new StopServiceDeploymentCommand(service.Name, service.ServiceDeployments[0].Id, GoesBack: !command.Flag("abort")));
        },
        ["continue"] = command =>
        {
            var service = State.Services[command.Word()];
            Do(new ContinueServiceDeploymentCommand(service.Name, service.ServiceDeployments[0].Id, names.IdOf(command.Word()), command.Flag("ROLLBACK") ? LifecycleHookAction.Rollback : LifecycleHookAction.Continue));
        },
        ["alarm"] = command => Do(new ReportDeploymentAlarmsCommand(command.Word(), command.Words())),
        ["task-set"] = command =>
        {
            var (service, definition) = (command.Word(), Defined(command.Text("taskdef") ?? ""));
            Do(new CreateTaskSetCommand(service, new() { TaskDefinitionArn = definition.Arn, LaunchType = "EC2" }, definition, command.Fraction("scale") ?? 0, null, [], null));
        },
        ["scale-task-set"] = command => Do(new UpdateTaskSetCommand(command.Word(), names.IdOf(command.Word()), command.Fraction("scale") ?? 0)),
        ["primary-task-set"] = command => Do(new UpdateServicePrimaryTaskSetCommand(command.Word(), names.IdOf(command.Word()))),
        ["delete-task-set"] = command => Do(new DeleteTaskSetCommand(command.Word(), names.IdOf(command.Word()), command.Flag("force"))),

        // What agents, load balancers and clocks do.
        ["running"] = command => Named(command, EcsTaskStatus.Pending, id => Report(id, EcsTaskStatus.Running)),
        ["stopped"] = command =>
        {
            var (exit, reason) = (command.Number("exit"), command.Text("reason"));
            Named(command, EcsTaskStatus.Stopping, id => Report(id, EcsTaskStatus.Stopped, reason, exit));
        },
        ["container"] = command =>
        {
            var (task, name, status) = (names.IdOf(command.Word()), command.Word(), ScenarioWishes.Parsed<ContainerStatus>(command.Word()));
            Do(new SubmitTaskStateChangeCommand(task) { Containers = [new(name) { Status = status, ExitCode = command.Number("exit"), Reason = command.Text("reason") }] });
        },
        ["attached"] = command =>
        {
            var (task, address) = (names.IdOf(command.Word()), command.Word());
            Do(new SubmitTaskStateChangeCommand(task) { Attachments = [new(TaskNetworkInterface.AttachmentIdOf(task), "ATTACHED", address)] });
        },
        ["health"] = command =>
        {
            var (task, status) = (names.IdOf(command.Word()), ScenarioWishes.Parsed<HealthStatus>(command.Word()));
            var container = command.Text("container") ?? State.Tasks[task].Containers[0].Name;
            Do(new ReportTaskHealthCommand(task, ImmutableDictionary<string, HealthStatus>.Empty.Add(container, status)));
        },
        ["target"] = command =>
        {
            var (task, state) = (State.Tasks[names.IdOf(command.Word())], ScenarioWishes.Parsed<TaskTargetState>(command.Word()));
            var group = command.Text("in") is { } name ? ScenarioWishes.TargetGroup(name)
                : task.Targets.FirstOrDefault()?.TargetGroupArn ?? State.Services[task.ServiceName!].LoadBalancersOf(task.StartedBy)[0].TargetGroupArn;
            Target(task, group, state, command.Text("reason"));
        },
        ["routed"] = command => Route(State.Services[command.Word()]),
        ["wait"] = command => Pass(ScenarioCommand.SpanOf(command.Word())),
        ["clock"] = command =>
        {
            var by = command.Word();
            now += by.StartsWith('-') ? -ScenarioCommand.SpanOf(by[1..]) : ScenarioCommand.SpanOf(by);
            begun = now;
        },
        ["settle"] = _ => Quieten(),
        ["chance"] = command => Array.ForEach([.. command.Words()], word => ids.Chances.Enqueue(int.Parse(word, CultureInfo.InvariantCulture))),

        // Looking.
        ["show"] = Look,
        ["tasks"] = _ => ShowTasks(),
    };

    private static void Each(ScenarioCommand command, Action<string> action)
    {
        foreach (var word in command.Words())
        {
            action(word);
        }
    }

    /// <summary>The tasks a command names; <c>all</c> are those in the status the command is about.</summary>
    private void Named(ScenarioCommand command, EcsTaskStatus status, Action<string> action)
    {
        foreach (var word in command.Words())
        {
            foreach (var id in word == "all" ? Tasks(task => task.LastStatus == status).Select(task => task.Id) : [names.IdOf(word)])
            {
                action(id);
            }
        }
    }

    private void Instance(ScenarioCommand command)
    {
        var name = command.Word();
        var reserved = command.List("reserved");
        List<EcsAttribute> attributes = [new(AttributeNames.AvailabilityZone, command.Text("zone") ?? "us-east-1a"), .. command.AllBeginning("attribute:").Select(pair => new EcsAttribute(pair.Name, pair.Value.Length == 0 ? null : pair.Value))];
        if (command.Flag("external"))
        {
            attributes.Add(new(AttributeNames.External, null));
        }

        if (command.Text("provider") is { } provider)
        {
            attributes.Add(new(AttributeNames.CapacityProvider, provider));
        }

        var resources = new InstanceResources(
            command.Number("cpu") ?? 1024,
            command.Number("memory") ?? 1024,
            [22, .. reserved.Where(port => !port.EndsWith("/udp", StringComparison.Ordinal)).Select(port => int.Parse(port, CultureInfo.InvariantCulture))],
            [.. reserved.Where(port => port.EndsWith("/udp", StringComparison.Ordinal)).Select(port => int.Parse(port[..^4], CultureInfo.InvariantCulture))])
        {
            GpuIds = command.Number("gpus") is { } gpus ? [.. Enumerable.Range(1, gpus).Select(gpu => $"gpu-{gpu}")] : null,
            NetworkInterfaces = command.Number("enis"),
        };
        Do(new RegisterContainerInstanceCommand(name, $"i-{name}", "127.0.0.1", resources, [.. attributes], [], null));
        if (!command.Flag("disconnected"))
        {
            Do(new ConnectAgentCommand(name, new("1.0.0", "berth", "28")));
        }
    }

    private TaskLaunch Launch(ScenarioCommand command) => new()
    {
        Definition = Defined(command.Word()),
        Group = command.Text("group"),
        StartedBy = command.Text("by"),
        LaunchType = command.Text("launch") ?? "EC2",
        NetworkConfiguration = ScenarioWishes.NetworkConfiguration(command),
        Subnets = ScenarioWishes.Subnets(command),
        Overrides = new() { CpuUnits = command.Number("task-cpu"), MemoryMiB = command.Number("task-memory") },
    };

    private void Run(ScenarioCommand command)
    {
        var launch = Launch(command);
        Failed(Do(new RunTaskCommand(
            launch, command.Number("count") ?? 1, ScenarioWishes.Strategies(command), ScenarioWishes.Constraints(command), command.Text("token"), command.Line)
        {
            Strategy = ScenarioWishes.Providers(command, "providers"),
        })?.Failures);
    }

    private void Start(ScenarioCommand command) => Failed(Do(new StartTaskCommand(Launch(command), command.List("on")))?.Failures);

    private void Protect(ScenarioCommand command, bool enabled)
    {
        var minutes = command.Number("minutes");
        var answer = Do(new UpdateTaskProtectionCommand([.. command.Words().Select(names.IdOf)], enabled, minutes is { } given ? TimeSpan.FromMinutes(given) : null));
        foreach (var failure in answer?.Failures ?? [])
        {
            Print($"failure: {names.In(failure.TaskId)} {failure.Reason}{(failure.Detail is { } detail ? $" ({detail})" : "")}");
            refused = true;
        }
    }

    private void Failed(ImmutableArray<PlacementFailure>? failures)
    {
        foreach (var failure in failures ?? [])
        {
            Print($"failure: {(failure.ContainerInstanceId.Length > 0 ? failure.ContainerInstanceId + " " : "")}{failure.Reason}{(failure.Detail is { } detail ? $" ({detail})" : "")}");
            refused = true;
        }
    }

    private void Look(ScenarioCommand command)
    {
        var name = command.Word();
        if (State.Services.TryGetValue(name, out var service))
        {
            ShowService(service);
        }
        else if (State.Tasks.TryGetValue(names.IdOf(name), out var task))
        {
            Print(names.In($"{name} {Timeline.Wire(task.LastStatus)} desiredStatus {Timeline.Wire(task.DesiredStatus)} group {task.Group} startedBy {task.StartedBy ?? "nobody"} launchType {task.LaunchType}"));
            if (task.StoppedReason is { } reason)
            {
                Print(names.In($"  stopCode {task.StopCode} stoppedReason {reason}"));
            }

            if (task.NetworkInterface is { } @interface)
            {
                Print($"  interface in {@interface.SubnetId} {@interface.CidrBlock} {(@interface.Attached ? $"attached {@interface.PrivateIpv4Address}" : "not attached")}");
            }

            foreach (var container in task.Containers)
            {
                Print($"  {container.Name} {Timeline.Wire(container.LastStatus)}{(container.ExitCode is { } exit ? $" exitCode {exit}" : "")}{(container.Reason is { } why ? $" reason {why}" : "")}");
            }
        }
        else if (State.ContainerInstances.TryGetValue(name, out var instance))
        {
            var left = cluster.Placement.Left(name);
            var running = State.TasksOn(name, TaskPhase.Live).Count(task => task.LastStatus == EcsTaskStatus.Running);
            var pending = State.TasksOn(name, TaskPhase.Live).Count(task => task.LastStatus == EcsTaskStatus.Pending);
            Print($"{name} {Timeline.Wire(instance.Status)} agentConnected {(instance.AgentConnected ? "true" : "false")} running {running} pending {pending} remaining cpu {left.CpuUnits} memory {left.MemoryMiB}");
        }
        else
        {
            Print($"{name} is MISSING");
        }
    }

    private void ShowService(Service service)
    {
        Print($"{service.Name} {Timeline.Wire(service.Status)} {Counts(service, null)}");
        foreach (var (deployment, at) in service.Deployments.Select((deployment, at) => (deployment, at)))
        {
            Print(names.In($"  {deployment.Id} {(at == 0 ? "PRIMARY" : "ACTIVE")} {Timeline.Wire(deployment.RolloutState)} {Timeline.Revision(deployment.TaskDefinitionArn)} {Counts(service, deployment.Id)} failedTasks {deployment.FailedTasks}"));
        }
    }

    private string Counts(Service service, string? deployment)
    {
        var tasks = State.TasksOf(service, TaskPhase.Live).Where(task => deployment is null || task.StartedBy == deployment).ToList();
        var running = tasks.Count(task => task.LastStatus == EcsTaskStatus.Running);
        return $"{(deployment is null ? $"desired {service.Settings.DesiredCount} " : "")}running {running} pending {tasks.Count - running}";
    }

    private void ShowTasks()
    {
        foreach (var place in Tasks(task => task.LastStatus != EcsTaskStatus.Stopped).GroupBy(task => task.ContainerInstanceId).OrderBy(place => place.Key, StringComparer.Ordinal))
        {
            Print($"{(place.Key.Length > 0 ? place.Key : "nowhere")}: {string.Join(", ", place.Select(task => names.In($"{task.Id} {Timeline.Wire(task.LastStatus)}")))}");
        }
    }
}
