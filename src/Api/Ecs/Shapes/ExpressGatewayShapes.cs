namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record ECSExpressGatewayServiceShape
{
    public string? Cluster { get; set; }

    public string? ServiceName { get; set; }

    public string? ServiceArn { get; set; }

    public string? InfrastructureRoleArn { get; set; }

    public ExpressGatewayServiceStatusShape? Status { get; set; }

    public string? CurrentDeployment { get; set; }

    public List<ExpressGatewayServiceConfigurationShape>? ActiveConfigurations { get; set; }

    public List<TagShape>? Tags { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }
}

internal sealed record ExpressGatewayContainerShape
{
    public string? Image { get; set; }

    public int? ContainerPort { get; set; }

    public ExpressGatewayServiceAwsLogsConfigurationShape? AwsLogsConfiguration { get; set; }

    public ExpressGatewayRepositoryCredentialsShape? RepositoryCredentials { get; set; }

    public List<string>? Command { get; set; }

    public List<KeyValuePairShape>? Environment { get; set; }

    public List<SecretShape>? Secrets { get; set; }
}

internal sealed record ExpressGatewayRepositoryCredentialsShape
{
    public string? CredentialsParameter { get; set; }
}

internal sealed record ExpressGatewayScalingTargetShape
{
    public int? MinTaskCount { get; set; }

    public int? MaxTaskCount { get; set; }

    public string? AutoScalingMetric { get; set; }

    public int? AutoScalingTargetValue { get; set; }
}

internal sealed record ExpressGatewayServiceAwsLogsConfigurationShape
{
    public string? LogGroup { get; set; }

    public string? LogStreamPrefix { get; set; }
}

internal sealed record ExpressGatewayServiceConfigurationShape
{
    public string? ServiceRevisionArn { get; set; }

    public string? ExecutionRoleArn { get; set; }

    public string? TaskRoleArn { get; set; }

    public string? TaskDefinitionArn { get; set; }

    public string? Cpu { get; set; }

    public string? Memory { get; set; }

    public ExpressGatewayServiceNetworkConfigurationShape? NetworkConfiguration { get; set; }

    public string? HealthCheckPath { get; set; }

    public ExpressGatewayContainerShape? PrimaryContainer { get; set; }

    public ExpressGatewayScalingTargetShape? ScalingTarget { get; set; }

    public List<IngressPathSummaryShape>? IngressPaths { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }
}

internal sealed record ExpressGatewayServiceNetworkConfigurationShape
{
    public List<string>? SecurityGroups { get; set; }

    public List<string>? Subnets { get; set; }
}

internal sealed record ExpressGatewayServiceStatusShape
{
    public string? StatusCode { get; set; }

    public string? StatusReason { get; set; }
}

internal sealed record IngressPathSummaryShape
{
    public string? AccessType { get; set; }

    public string? Endpoint { get; set; }
}

internal sealed record UpdatedExpressGatewayServiceShape
{
    public string? ServiceArn { get; set; }

    public string? Cluster { get; set; }

    public string? ServiceName { get; set; }

    public ExpressGatewayServiceStatusShape? Status { get; set; }

    public ExpressGatewayServiceConfigurationShape? TargetConfiguration { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }
}
