namespace Berth.Domain;

/// <summary>The refusals of Elastic Load Balancing, in its codes and words.</summary>
internal static class LoadBalancingRefusal
{
    public static RefusedException LoadBalancerNotFound(string arn) => new("LoadBalancerNotFound", $"Load balancer '{arn}' not found");

    public static RefusedException TargetGroupNotFound(string arn) => new("TargetGroupNotFound", $"Target group '{arn}' not found");

    public static RefusedException TargetGroupsNotFound() => new("TargetGroupNotFound", "One or more target groups not found");

    public static RefusedException ListenerNotFound(string arn) => new("ListenerNotFound", $"Listener '{arn}' not found");

    public static RefusedException RuleNotFound(string arn) => new("RuleNotFound", $"Rule '{arn}' not found");

    public static RefusedException Validation(string message) => new("ValidationError", message);

    public static RefusedException InvalidTarget(string message) => new("InvalidTarget", message);

    public static RefusedException ResourceInUse(string message) => new("ResourceInUse", message);

    public static RefusedException OperationNotPermitted(string message) => new("OperationNotPermitted", message);

    public static RefusedException PriorityInUse(int priority) => new("PriorityInUse", $"Priority '{priority}' is currently in use");

    public static RefusedException TooMany(string code, string what, int most) => new(code, $"The maximum number of {what} ({most}) has been reached");
}
