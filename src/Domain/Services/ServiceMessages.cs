namespace Berth.Domain;

/// <summary>What a service tells its operator, in the wording ECS's users and tools know.</summary>
internal static class ServiceMessages
{
    private const string OfTargets = "1 targets in (target-group ";
    private const string More = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

    public static string Started(string service, IReadOnlyCollection<string> tasks) =>
        $"(service {service}) has started {tasks.Count} tasks: {List(tasks)}.";

    public static string Stopped(string service, IReadOnlyCollection<string> tasks) =>
        $"(service {service}) has stopped {tasks.Count} running tasks: {List(tasks)}.";

    public static string Draining(string service, int tasks) =>
        $"(service {service}) has begun draining connections on {tasks} tasks.";

    public static string Registered(string service, string targetGroupArn) =>
        $"(service {service}) registered {OfTargets}{targetGroupArn})";

    public static string Deregistered(string service, string targetGroupArn) =>
        $"(service {service}) deregistered {OfTargets}{targetGroupArn})";

    /// <summary>Whether a line tells of a target that came or went, or of how tasks are spread over zones: neither is a change of the tasks.</summary>
    public static bool IsAside(string message) =>
        message.Contains(OfTargets, StringComparison.Ordinal) || message.StartsWith("service (", StringComparison.Ordinal);

    public static string UnhealthyTarget(string service, TaskTarget target) =>
        $"(service {service}) {(target.TargetId.StartsWith("i-", StringComparison.Ordinal) ? $"(instance {target.TargetId}) " : "")}(port {target.Port}) is unhealthy in (target-group {target.TargetGroupArn}) due to (reason {target.Reason ?? "Health checks failed"}).";

    public static string FailedContainerHealthChecks(string service, string task) =>
        $"(service {service}) (task {task}) failed container health checks.";

    public static string SteadyState(string service) => $"(service {service}) has reached a steady state.";

    public static string Completed(string service, string deployment) => $"(service {service}) (deployment {deployment}) deployment completed.";

    public static string Failed(string service, string deployment, string why) => $"(service {service}) (deployment {deployment}) deployment failed: {why}.";

    public static string RollingBack(string service, string deployment) => $"(service {service}) rolling back to deployment {deployment}.";

    public static string ComputedDesiredCount(string service, string taskSet, int count) =>
        $"(service {service}) updated computedDesiredCount for taskSet {taskSet} to {count}.";

    public static string CannotScaleIn(string service, string taskSet) =>
        $"(service {service}) was unable to reach steady state because task set ({taskSet}) was unable to scale in. Reason: The number of protected tasks are more than the desired count of tasks.";

    public static string NotBalanced(string service, IReadOnlyDictionary<string, int> zones) =>
        $"service ({service}) is not AZ balanced with {Zones(zones)}. AZ Rebalancing in progress.";

    public static string Balanced(string service, IReadOnlyDictionary<string, int> zones) => $"service ({service}) is AZ balanced with {Zones(zones)}.";

    public static string StartedToBalance(string service, string zone, IReadOnlyCollection<string> tasks) =>
        $"{service} has started {tasks.Count} tasks in {zone} to AZ Rebalance: {string.Join(", ", tasks)}.";

    public static string StoppedToBalance(string service, string zone, IReadOnlyCollection<string> tasks) =>
        $"{service} has stopped {tasks.Count} running tasks in {zone} due to AZ rebalancing: {string.Join(", ", tasks)}.";

    public static string CannotPlaceInZone(string service, string zone) =>
        $"service ({service}) is unable to place a task in {zone} because no container instance met all of its requirements.";

    public static string CannotStart(string service) =>
        $"(service {service}) is unable to consistently start tasks successfully. {More}";

    public static string Blocked(string service) =>
        $"(service {service}) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.";

    public static string CannotPlace(string service, PlacementFailure? closest) =>
        $"(service {service}) was unable to place a task because no container instance met all of its requirements. "
        + (closest is null
            ? "Reason: No Container Instances were found in your cluster."
            : $"The closest matching (container-instance {closest.ContainerInstanceId}) {Why(closest.Reason)}.")
        + $" {More}";

    private static string Why(string reason) => reason switch
    {
        "RESOURCE:CPU" => "has insufficient CPU units available",
        "RESOURCE:MEMORY" => "has insufficient memory available",
        "RESOURCE:PORTS" => "is already using a port required by your task",
        "ATTRIBUTE" => "is missing an attribute required by your task",
        "AGENT" => "doesn't have the agent connected",
        _ => $"encountered error \"{reason}\"",
    };

    private static string Zones(IReadOnlyDictionary<string, int> zones) =>
        string.Join(", ", zones.OrderBy(zone => zone.Key, StringComparer.Ordinal).Select(zone => $"{zone.Value} tasks in {zone.Key}"));

    private static string List(IEnumerable<string> tasks) => string.Join(' ', tasks.Select(task => $"(task {task})"));
}
