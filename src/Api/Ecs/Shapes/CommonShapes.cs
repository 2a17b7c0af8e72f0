namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record AttributeShape
{
    public string? Name { get; set; }

    public string? Value { get; set; }

    public string? TargetType { get; set; }

    public string? TargetId { get; set; }
}

internal sealed record AwsVpcConfigurationShape
{
    public List<string>? Subnets { get; set; }

    public List<string>? SecurityGroups { get; set; }

    public string? AssignPublicIp { get; set; }
}

internal sealed record FailureShape
{
    public string? Arn { get; set; }

    public string? Reason { get; set; }

    public string? Detail { get; set; }
}

internal sealed record KeyValuePairShape
{
    public string? Name { get; set; }

    public string? Value { get; set; }
}

internal sealed record NetworkConfigurationShape
{
    public AwsVpcConfigurationShape? AwsvpcConfiguration { get; set; }
}

internal sealed record SettingShape
{
    public string? Name { get; set; }

    public string? Value { get; set; }

    public string? PrincipalArn { get; set; }

    public string? Type { get; set; }
}

internal sealed record TagShape
{
    public string? Key { get; set; }

    public string? Value { get; set; }
}
