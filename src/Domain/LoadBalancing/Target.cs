namespace Berth.Domain;

/// <summary>Names a target within its group.</summary>
/// <param name="Id">An instance id or an IP address.</param>
/// <param name="Port">1 to 65535.</param>
#pragma warning disable CA1036 // An order for sorted sets only; "less" means nothing between targets.
public sealed record TargetKey(string Id, int Port) : IComparable<TargetKey>
#pragma warning restore CA1036
{
    /// <inheritdoc/>
    public int CompareTo(TargetKey? other) =>
        other is null ? 1
        : string.CompareOrdinal(Id, other.Id) is var order && order != 0 ? order
        : Port.CompareTo(other.Port);

    /// <inheritdoc/>
    public override string ToString() => $"{Id}:{Port}";
}

/// <summary>What is registered of a target.</summary>
/// <param name="Id">An instance id or an IP address, as the group's target type wants.</param>
/// <param name="Port">Null for the group's port.</param>
/// <param name="AvailabilityZone">Answered as given; null when unknown.</param>
/// <param name="Address">The IP address to connect to when <paramref name="Id"/> is an instance id; null otherwise.</param>
/// <param name="Owner">Who registered it, free text such as an ECS service's ARN; null for a caller of the API.</param>
public sealed record TargetRegistration(string Id, int? Port, string? AvailabilityZone, string? Address, string? Owner);

/// <summary>A target's state, as the API names it.</summary>
public enum TargetHealthState
{
    /// <summary>Registered; its first health check has not passed.</summary>
    Initial,

    /// <summary>Takes requests.</summary>
    Healthy,

    /// <summary>Failed its health checks.</summary>
    Unhealthy,

    /// <summary>Deregistered; finishes what it has begun.</summary>
    Draining,

    /// <summary>Its group gets no traffic from any listener.</summary>
    Unused,

    /// <summary>Its health is not known.</summary>
    Unavailable,
}

/// <summary>A registered (or draining) target of a group.</summary>
public sealed record Target
{
    /// <summary>Its name in the group.</summary>
    public required TargetKey Key { get; init; }

    /// <summary>The IP address requests go to.</summary>
    public required string Address { get; init; }

    /// <summary>The zone it was registered with, or null.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>Who registered it, or null.</summary>
    public string? Owner { get; init; }

    /// <summary>Raised with every registration in the region, so that a late report about an earlier registration is told apart.</summary>
    public required long Generation { get; init; }

    /// <summary>Its state and the reason for it.</summary>
    public required TargetHealth Health { get; init; }

    /// <summary>When draining ends whatever is still in flight; null unless draining.</summary>
    public DateTimeOffset? DrainingUntil { get; init; }
}

/// <summary>A state with its reason, in ELB's words.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">The reason code, such as <c>Target.Timeout</c>; null when healthy.</param>
/// <param name="Description">The sentence that goes with it; null when healthy.</param>
public sealed record TargetHealth(TargetHealthState State, string? Reason, string? Description)
{
    /// <summary>Registered just now.</summary>
    public static TargetHealth Registering { get; } =
        new(TargetHealthState.Initial, "Elb.RegistrationInProgress", "Target registration is in progress");

    /// <summary>Under its first health checks.</summary>
    public static TargetHealth Checking { get; } =
        new(TargetHealthState.Initial, "Elb.InitialHealthChecking", "Initial health checks in progress");

    /// <summary>Takes requests.</summary>
    public static TargetHealth Healthy { get; } = new(TargetHealthState.Healthy, null, null);

    /// <summary>The connection failed, or what came back was not HTTP.</summary>
    public static TargetHealth FailedHealthChecks { get; } =
        new(TargetHealthState.Unhealthy, "Target.FailedHealthChecks", "Health checks failed");

    /// <summary>No answer in time.</summary>
    public static TargetHealth TimedOut { get; } =
        new(TargetHealthState.Unhealthy, "Target.Timeout", "Request timed out");

    /// <summary>Deregistered and not yet gone.</summary>
    public static TargetHealth Draining { get; } =
        new(TargetHealthState.Draining, "Target.DeregistrationInProgress", "Target deregistration is in progress");

    /// <summary>No listener uses the group.</summary>
    public static TargetHealth NotInUse { get; } =
        new(TargetHealthState.Unused, "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer");

    /// <summary>Asked for by name and not there.</summary>
    public static TargetHealth NotRegistered { get; } =
        new(TargetHealthState.Unused, "Target.NotRegistered", "Target is not registered to the target group");

    /// <summary>Answered with a code the matcher does not take.</summary>
    public static TargetHealth CodeMismatch(int code) =>
        new(TargetHealthState.Unhealthy, "Target.ResponseCodeMismatch", $"Health checks failed with these codes: [{code}]");
}
