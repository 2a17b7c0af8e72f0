using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Berth.Host;

/// <summary>
/// The service that a first start deploys, so that there is something to look at: two tasks behind a load balancer, made
/// by the same API calls a user would make.
/// </summary>
internal static class SampleService
{
    private const string Name = "berth-sample";
    private const string Elb = "elasticloadbalancing";
    private const string ElbVersion = "2015-12-01";
    private static readonly XNamespace ElbNames = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <summary>Deploys it unless that was done before; its address, or null when the operator has deleted it since.</summary>
    /// <remarks>Called once the installation is ready, unless <c>--no-sample</c> is given.</remarks>
    internal static async Task<Uri?> EnsureAsync(Installation installation, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var api = new ApiClient(installation, clock);
        var mark = Path.Combine(installation.DataDirectory, "sample.deployed");
        if (File.Exists(mark))
        {
            return await FindAsync(api, cancellationToken).ConfigureAwait(false);
        }

        await api.PutSampleImageAsync(cancellationToken).ConfigureAwait(false);
        await IgnoreExistingAsync(api.CallAsync("logs", "Logs_20140328.CreateLogGroup", new() { ["logGroupName"] = $"/{Name}" }, cancellationToken)).ConfigureAwait(false);
        var balancer = await api.QueryAsync(Elb, ElbVersion, "CreateLoadBalancer", [new("Name", Name), new("Subnets.member.1", "subnet-a"), new("Subnets.member.2", "subnet-b")], cancellationToken).ConfigureAwait(false);
        var group = await api.QueryAsync(Elb, ElbVersion, "CreateTargetGroup",
            [
                new("Name", Name), new("Protocol", "HTTP"), new("Port", "80"), new("VpcId", "vpc-00000000000000000"), new("TargetType", "instance"),
                new("HealthCheckIntervalSeconds", "5"), new("HealthCheckTimeoutSeconds", "2"), new("HealthyThresholdCount", "2"),
            ],
            cancellationToken).ConfigureAwait(false);
        var balancerArn = balancer.Descendants(ElbNames + "LoadBalancerArn").First().Value;
        var groupArn = group.Descendants(ElbNames + "TargetGroupArn").First().Value;
        await api.QueryAsync(Elb, ElbVersion, "ModifyTargetGroupAttributes",
            [new("TargetGroupArn", groupArn), new("Attributes.member.1.Key", "deregistration_delay.timeout_seconds"), new("Attributes.member.1.Value", "30")],
            cancellationToken).ConfigureAwait(false);
        await api.QueryAsync(Elb, ElbVersion, "CreateListener",
            [
                new("LoadBalancerArn", balancerArn), new("Protocol", "HTTP"), new("Port", "80"),
                new("DefaultActions.member.1.Type", "forward"), new("DefaultActions.member.1.TargetGroupArn", groupArn),
            ],
            cancellationToken).ConfigureAwait(false);
        await api.CallEcsAsync("RegisterTaskDefinition", TaskDefinition(installation).ToJsonString(), cancellationToken).ConfigureAwait(false);
        await api.CallEcsAsync("CreateService", new JsonObject
        {
            ["serviceName"] = Name,
            ["taskDefinition"] = Name,
            ["desiredCount"] = 2,
            ["loadBalancers"] = new JsonArray(new JsonObject { ["targetGroupArn"] = groupArn, ["containerName"] = "web", ["containerPort"] = SampleImage.Port }),
        }.ToJsonString(), cancellationToken).ConfigureAwait(false);
        await WaitAsync(api, groupArn, clock, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(mark, "", cancellationToken).ConfigureAwait(false);
        return Address(balancer);
    }

    private static JsonObject TaskDefinition(Installation installation) => new()
    {
        ["family"] = Name,
        ["networkMode"] = "bridge",
        ["containerDefinitions"] = new JsonArray(new JsonObject
        {
            ["name"] = "web",
            ["image"] = $"{installation.Endpoint.Authority}/{SampleImage.Repository}:{SampleImage.Tag}",
            ["cpu"] = 64,
            ["memory"] = 64,
            ["portMappings"] = new JsonArray(new JsonObject { ["containerPort"] = SampleImage.Port, ["hostPort"] = 0 }),
            ["stopTimeout"] = 2,
            ["logConfiguration"] = new JsonObject
            {
                ["logDriver"] = "awslogs",
                ["options"] = new JsonObject
                {
                    ["awslogs-group"] = $"/{Name}",
                    ["awslogs-region"] = Installation.DefaultRegion,
                    ["awslogs-stream-prefix"] = "sample",
                },
            },
        }),
    };

    /// <summary>Until both tasks take requests; a slow machine is told of, not failed on.</summary>
    private static async Task WaitAsync(ApiClient api, string groupArn, TimeProvider clock, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        while (clock.GetElapsedTime(begun) < Patience)
        {
            var health = await api.QueryAsync(Elb, ElbVersion, "DescribeTargetHealth", [new("TargetGroupArn", groupArn)], cancellationToken).ConfigureAwait(false);
            if (health.Descendants(ElbNames + "State").Count(state => state.Value == "healthy") >= 2)
            {
                return;
            }

            await Task.Delay(Poll, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<Uri?> FindAsync(ApiClient api, CancellationToken cancellationToken)
    {
        try
        {
            return Address(await api.QueryAsync(Elb, ElbVersion, "DescribeLoadBalancers", [new("Names.member.1", Name)], cancellationToken).ConfigureAwait(false));
        }
        catch (CommandException)
        {
            return null;
        }
    }

    private static async Task IgnoreExistingAsync(Task<JsonElement> call)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (CommandException refused) when (refused.Message.Contains("ResourceAlreadyExistsException", StringComparison.Ordinal))
        {
            // A first start that was interrupted got this far.
        }
    }

    private static Uri Address(XDocument balancer) => new($"http://{balancer.Descendants(ElbNames + "DNSName").First().Value}/");
}
