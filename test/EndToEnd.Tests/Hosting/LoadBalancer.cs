namespace Berth.EndToEnd.Tests;

/// <summary>A load balancer with one listener that forwards to one target group.</summary>
internal sealed record LoadBalancer(string DnsName, string TargetGroup)
{
    private const int DeregistrationDelaySeconds = 2;

    /// <summary>What <c>create-service</c> is told to use it for the container <c>web</c>.</summary>
    public string Option => $"--load-balancers targetGroupArn={TargetGroup},containerName=web,containerPort=8080";

    /// <summary>Makes all three with the aws CLI.</summary>
    public static async Task<LoadBalancer> CreateAsync(Installation berth, string name, string targetType = "instance")
    {
        var balancer = (await berth.RunAsync($"aws elbv2 create-load-balancer --name {name} --subnets subnet-a subnet-b --query 'LoadBalancers[0].[LoadBalancerArn,DNSName]'")).Split('\t');
        var group = await berth.RunAsync($"""
            aws elbv2 create-target-group --name {name} --protocol HTTP --port 80 --vpc-id vpc-1 --target-type {targetType} \
              --health-check-interval-seconds 5 --health-check-timeout-seconds 2 --healthy-threshold-count 2 --query 'TargetGroups[0].TargetGroupArn'
            """);
        await berth.RunAsync($"""
            aws elbv2 modify-target-group-attributes --target-group-arn {group} --attributes Key=deregistration_delay.timeout_seconds,Value={DeregistrationDelaySeconds} >&2
            aws elbv2 create-listener --load-balancer-arn {balancer[0]} --protocol HTTP --port 80 --default-actions Type=forward,TargetGroupArn={group} >&2
            """);
        return new(balancer[1], group);
    }

    /// <summary>What its listener's clients see.</summary>
    public Website OpenSite() => new($"http://{DnsName}/");
}
