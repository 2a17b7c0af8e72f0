namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record ServiceConnectAccessLogConfigurationShape
{
    public string? Format { get; set; }

    public string? IncludeQueryParameters { get; set; }
}

internal sealed record ServiceConnectClientAliasShape
{
    public int? Port { get; set; }

    public string? DnsName { get; set; }

    public ServiceConnectTestTrafficRulesShape? TestTrafficRules { get; set; }
}

internal sealed record ServiceConnectConfigurationShape
{
    public bool? Enabled { get; set; }

    public string? Namespace { get; set; }

    public List<ServiceConnectServiceShape>? Services { get; set; }

    public LogConfigurationShape? LogConfiguration { get; set; }

    public ServiceConnectAccessLogConfigurationShape? AccessLogConfiguration { get; set; }
}

internal sealed record ServiceConnectServiceShape
{
    public string? PortName { get; set; }

    public string? DiscoveryName { get; set; }

    public List<ServiceConnectClientAliasShape>? ClientAliases { get; set; }

    public int? IngressPortOverride { get; set; }

    public TimeoutConfigurationShape? Timeout { get; set; }

    public ServiceConnectTlsConfigurationShape? Tls { get; set; }
}

internal sealed record ServiceConnectServiceResourceShape
{
    public string? DiscoveryName { get; set; }

    public string? DiscoveryArn { get; set; }
}

internal sealed record ServiceConnectTestTrafficHeaderMatchRulesShape
{
    public string? Exact { get; set; }
}

internal sealed record ServiceConnectTestTrafficHeaderRulesShape
{
    public string? Name { get; set; }

    public ServiceConnectTestTrafficHeaderMatchRulesShape? Value { get; set; }
}

internal sealed record ServiceConnectTestTrafficRulesShape
{
    public ServiceConnectTestTrafficHeaderRulesShape? Header { get; set; }
}

internal sealed record ServiceConnectTlsCertificateAuthorityShape
{
    public string? AwsPcaAuthorityArn { get; set; }
}

internal sealed record ServiceConnectTlsConfigurationShape
{
    public ServiceConnectTlsCertificateAuthorityShape? IssuerCertificateAuthority { get; set; }

    public string? KmsKey { get; set; }

    public string? RoleArn { get; set; }
}

internal sealed record TimeoutConfigurationShape
{
    public int? IdleTimeoutSeconds { get; set; }

    public int? PerRequestTimeoutSeconds { get; set; }
}

internal sealed record VpcLatticeConfigurationShape
{
    public string? RoleArn { get; set; }

    public string? TargetGroupArn { get; set; }

    public string? PortName { get; set; }
}
