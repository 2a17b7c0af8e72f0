using Berth.Wire;

namespace Berth.LoadBalancer;

/// <summary>What ELB says of things that are not there. All answers are HTTP 400.</summary>
internal static class NotFound
{
    public static AwsException LoadBalancer(string arn) => new("LoadBalancerNotFound", 400, $"Load balancer '{arn}' not found");

    public static AwsException TargetGroup(string arn) => new("TargetGroupNotFound", 400, $"Target group '{arn}' not found");

    public static AwsException TargetGroups() => new("TargetGroupNotFound", 400, "One or more target groups not found");

    public static AwsException Listeners() => new("ListenerNotFound", 400, "One or more listeners not found");

    public static AwsException Rules() => new("RuleNotFound", 400, "One or more rules not found");
}
