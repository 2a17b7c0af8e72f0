namespace Berth.Domain;

/// <summary>The refusals of EC2, in its codes and words.</summary>
public static class NetworkRefusal
{
    /// <summary>No VPC with the id.</summary>
    public static RefusedException VpcNotFound(string id) => new("InvalidVpcID.NotFound", $"The vpc ID '{id}' does not exist");

    /// <summary>No subnet with the id.</summary>
    public static RefusedException SubnetNotFound(string id) => new("InvalidSubnetID.NotFound", $"The subnet ID '{id}' does not exist");

    /// <summary>No security group with the id.</summary>
    public static RefusedException GroupNotFound(string id) => new("InvalidGroup.NotFound", $"The security group '{id}' does not exist");

    /// <summary>No rule of a security group with the id.</summary>
    public static RefusedException RuleNotFound(string id) => new("InvalidSecurityGroupRuleId.NotFound", $"The security group rule ID '{id}' does not exist");

    /// <summary>No route table with the id.</summary>
    public static RefusedException RouteTableNotFound(string id) => new("InvalidRouteTableID.NotFound", $"The routeTable ID '{id}' does not exist");

    /// <summary>No internet gateway with the id.</summary>
    public static RefusedException InternetGatewayNotFound(string id) => new("InvalidInternetGatewayID.NotFound", $"The internetGateway ID '{id}' does not exist");

    /// <summary>A value that will not do.</summary>
    public static RefusedException InvalidValue(string message) => new("InvalidParameterValue", message);

    internal static RefusedException Dependency(string message) => new("DependencyViolation", message);

    internal static RefusedException InvalidPermission(string message) => new("InvalidPermission.NotFound", message);

    internal static RefusedException Limit(string code, string what, int most) => new(code, $"The maximum number of {what} ({most}) has been reached.");
}
