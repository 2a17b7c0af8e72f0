using System.Text.Json.Nodes;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.LoadBalancer.Tests;

public sealed class TheApi
{
    [Fact]
    public async Task Creates_a_load_balancer_that_is_active_at_once_with_an_address_of_its_own()
    {
        await using var world = await World.StartAsync(withBalancer: false);

        var created = (await world.CallAsync("CreateLoadBalancer", ("Name", "web"), ("Subnets.member.1", "subnet-1"), ("SecurityGroups.member.1", "sg-1"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "blue")))["LoadBalancers"]![0]!;
        await world.LoadBalancerAsync("other");

        ((string)created["LoadBalancerArn"]!).ShouldMatch("^arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/web/[0-9a-f]{16}$");
        ((string)created["DNSName"]!).ShouldMatch(@"^127\.\d+\.\d+\.1$");
        created["Scheme"]!.GetValue<string>().ShouldBe("internet-facing");
        created["Type"]!.GetValue<string>().ShouldBe("application");
        created["State"]!["Code"]!.GetValue<string>().ShouldBe("active");
        created["AvailabilityZones"]![0]!["ZoneName"]!.GetValue<string>().ShouldBe("us-east-1a");
        var names = (await world.CallAsync("DescribeLoadBalancers"))["LoadBalancers"]!.AsArray().Select(balancer => (string)balancer!["DNSName"]!).ToList();
        names.Distinct().Count().ShouldBe(2);
        names.ShouldNotContain("127.0.0.1");
        var tags = await world.CallAsync("DescribeTags", ("ResourceArns.member.1", (string)created["LoadBalancerArn"]!));
        tags["TagDescriptions"]![0]!["Tags"]![0]!["Value"]!.GetValue<string>().ShouldBe("blue");
    }

    [Fact]
    public async Task Answers_the_same_creation_twice_with_the_same_thing_and_another_one_with_a_duplicate()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        var balancer = await world.LoadBalancerAsync();
        var group = await world.TargetGroupAsync();
        var listener = await world.ListenerAsync(balancer, 80, group);

        (await world.LoadBalancerAsync()).ShouldBe(balancer);
        (await world.TargetGroupAsync()).ShouldBe(group);
        (await world.ListenerAsync(balancer, 80, group)).ShouldBe(listener);

        (await world.ErrorAsync("CreateLoadBalancer", ("Name", "web"), ("Scheme", "internal"))).ShouldBe("DuplicateLoadBalancerName");
        (await world.ErrorAsync("CreateTargetGroup", ("Name", "web"), ("Protocol", "HTTP"), ("Port", 81))).ShouldBe("DuplicateTargetGroupName");
        (await world.ErrorAsync("CreateListener", ("LoadBalancerArn", balancer), ("Protocol", "HTTP"), ("Port", 80),
            ("DefaultActions.member.1.Type", "fixed-response"), ("DefaultActions.member.1.FixedResponseConfig.StatusCode", "404"))).ShouldBe("DuplicateListener");
    }

    [Fact]
    public async Task Answers_a_target_group_with_every_health_check_setting()
    {
        await using var world = await World.StartAsync(withBalancer: false);

        var group = (await world.CallAsync("CreateTargetGroup", ("Name", "web"), ("Protocol", "HTTP"), ("Port", 80), ("VpcId", "vpc-1")))["TargetGroups"]![0]!;

        ((string)group["TargetGroupArn"]!).ShouldMatch("^arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/[0-9a-f]{16}$");
        group.AsObject().Remove("TargetGroupArn");
        JsonNode.DeepEquals(group, JsonNode.Parse("""
            {"TargetGroupName":"web","Protocol":"HTTP","Port":80,"VpcId":"vpc-1","HealthCheckProtocol":"HTTP","HealthCheckPort":"traffic-port",
             "HealthCheckEnabled":true,"HealthCheckIntervalSeconds":30,"HealthCheckTimeoutSeconds":5,"HealthyThresholdCount":5,"UnhealthyThresholdCount":2,
             "HealthCheckPath":"/","Matcher":{"HttpCode":"200"},"LoadBalancerArns":[],"TargetType":"instance","ProtocolVersion":"HTTP1","IpAddressType":"ipv4"}
            """)).ShouldBeTrue(group.ToJsonString());
    }

    [Fact]
    public async Task Answers_a_plain_forward_in_both_forms()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        var group = await world.TargetGroupAsync();
        var balancer = await world.LoadBalancerAsync();
        await world.ListenerAsync(balancer, 80, group);

        var action = (await world.CallAsync("DescribeListeners", ("LoadBalancerArn", balancer)))["Listeners"]![0]!["DefaultActions"]![0]!;

        action["Type"]!.GetValue<string>().ShouldBe("forward");
        action["TargetGroupArn"]!.GetValue<string>().ShouldBe(group);
        action["ForwardConfig"]!["TargetGroups"]![0]!["TargetGroupArn"]!.GetValue<string>().ShouldBe(group);
        (await world.CallAsync("DescribeTargetGroups", ("LoadBalancerArn", balancer)))["TargetGroups"]![0]!["LoadBalancerArns"]![0]!.GetValue<string>().ShouldBe(balancer);
    }

    [Fact]
    public async Task Keeps_rules_in_the_order_of_their_priorities_with_the_default_last()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        var listener = await world.ListenerAsync(await world.LoadBalancerAsync(), 80, await world.TargetGroupAsync());
        var first = await RuleAsync(world, listener, 10, "/a");
        var second = await RuleAsync(world, listener, 9, "/b");
        var taken = await world.ErrorAsync("CreateRule", Rule(listener, 10, "/c"));

        taken.ShouldBe("PriorityInUse");
        (await OrderAsync(world, listener)).ShouldBe([second, first, "default"]);
        await world.CallAsync("SetRulePriorities",
            ("RulePriorities.member.1.RuleArn", first), ("RulePriorities.member.1.Priority", 9),
            ("RulePriorities.member.2.RuleArn", second), ("RulePriorities.member.2.Priority", 10));
        (await OrderAsync(world, listener)).ShouldBe([first, second, "default"]);
        (await world.ErrorAsync("SetRulePriorities", ("RulePriorities.member.1.RuleArn", first), ("RulePriorities.member.1.Priority", 10))).ShouldBe("PriorityInUse");

        await world.CallAsync("DeleteRule", ("RuleArn", first));
        (await OrderAsync(world, listener)).ShouldBe([second, "default"]);
        var standard = world.State.Listeners[listener].DefaultRuleArn;
        (await world.ErrorAsync("DeleteRule", ("RuleArn", standard))).ShouldBe("OperationNotPermitted");
    }

    [Fact]
    public async Task Tells_the_health_of_targets_in_the_words_of_elb()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        var group = await world.TargetGroupAsync("web", ("HealthCheckPort", 9000));
        await world.CallAsync("RegisterTargets", ("TargetGroupArn", group), ("Targets.member.1.Id", "10.0.0.1"));

        (await HealthAsync(world, group)).ShouldBe("unused Target.NotInUse Target group is not configured to receive traffic from the load balancer");
        await world.ListenerAsync(await world.LoadBalancerAsync(), 80, group);
        (await HealthAsync(world, group)).ShouldBe("initial Elb.RegistrationInProgress Target registration is in progress");
        await world.CallAsync("DeregisterTargets", ("TargetGroupArn", group), ("Targets.member.1.Id", "10.0.0.1"));
        (await HealthAsync(world, group)).ShouldBe("draining Target.DeregistrationInProgress Target deregistration is in progress");

        var asked = await world.CallAsync("DescribeTargetHealth", ("TargetGroupArn", group), ("Targets.member.1.Id", "10.9.9.9"));
        asked["TargetHealthDescriptions"]![0]!["TargetHealth"]!["Reason"]!.GetValue<string>().ShouldBe("Target.NotRegistered");
    }

    [Fact]
    public async Task Registers_instances_at_the_address_they_are_reached_at()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        var group = (string)(await world.CallAsync("CreateTargetGroup", ("Name", "web"), ("Protocol", "HTTP"), ("Port", 80)))["TargetGroups"]![0]!["TargetGroupArn"]!;

        await world.CallAsync("RegisterTargets", ("TargetGroupArn", group), ("Targets.member.1.Id", "i-1"), ("Targets.member.1.Port", 32768));

        world.State.TargetsOf(group).Values.Single().ShouldSatisfyAllConditions(
            target => target.Key.ShouldBe(new("i-1", 32768)),
            target => target.Address.ShouldBe("127.0.0.1"));
        (await world.ErrorAsync("RegisterTargets", ("TargetGroupArn", group), ("Targets.member.1.Id", "i-2"))).ShouldBe("InvalidTarget");
    }

    [Fact]
    public async Task Lists_attributes_with_their_defaults_and_refuses_what_nothing_carries_out()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        var balancer = await world.LoadBalancerAsync();
        var group = await world.TargetGroupAsync();

        var all = await world.CallAsync("ModifyTargetGroupAttributes", ("TargetGroupArn", group), ("Attributes.member.1.Key", "deregistration_delay.timeout_seconds"), ("Attributes.member.1.Value", "17"));

        Values(all)["deregistration_delay.timeout_seconds"].ShouldBe("17");
        Values(all)["stickiness.enabled"].ShouldBe("false");
        Values(await world.CallAsync("DescribeLoadBalancerAttributes", ("LoadBalancerArn", balancer)))["idle_timeout.timeout_seconds"].ShouldBe("60");
        foreach (var (key, value) in new[] { ("stickiness.enabled", "true"), ("slow_start.duration_seconds", "30"), ("deregistration_delay.timeout_seconds", "3601"), ("no.such.key", "1") })
        {
            (await world.ErrorAsync("ModifyTargetGroupAttributes", ("TargetGroupArn", group), ("Attributes.member.1.Key", key), ("Attributes.member.1.Value", value))).ShouldBe("InvalidConfigurationRequest");
        }

        (await world.ErrorAsync("ModifyLoadBalancerAttributes", ("LoadBalancerArn", balancer), ("Attributes.member.1.Key", "access_logs.s3.enabled"), ("Attributes.member.1.Value", "true"))).ShouldBe("InvalidConfigurationRequest");
    }

    [Fact]
    public async Task Refuses_to_delete_what_is_protected_or_in_use()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        var balancer = await world.LoadBalancerAsync();
        var group = await world.TargetGroupAsync();
        await world.ListenerAsync(balancer, 80, group);

        (await world.ErrorAsync("DeleteTargetGroup", ("TargetGroupArn", group))).ShouldBe("ResourceInUse");
        await world.CallAsync("ModifyLoadBalancerAttributes", ("LoadBalancerArn", balancer), ("Attributes.member.1.Key", "deletion_protection.enabled"), ("Attributes.member.1.Value", "true"));
        (await world.ErrorAsync("DeleteLoadBalancer", ("LoadBalancerArn", balancer))).ShouldBe("OperationNotPermitted");

        await world.CallAsync("ModifyLoadBalancerAttributes", ("LoadBalancerArn", balancer), ("Attributes.member.1.Key", "deletion_protection.enabled"), ("Attributes.member.1.Value", "false"));
        await world.CallAsync("DeleteLoadBalancer", ("LoadBalancerArn", balancer));
        await world.CallAsync("DeleteTargetGroup", ("TargetGroupArn", group));
        world.State.Listeners.ShouldBeEmpty();
        world.State.TargetGroups.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_through_more_than_fit()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        for (var index = 0; index < 5; index++)
        {
            await world.TargetGroupAsync($"web-{index}");
        }

        var names = new List<string>();
        string? marker = null;
        do
        {
            var page = await world.CallAsync("DescribeTargetGroups", [("PageSize", 2), .. marker is null ? [] : new (string, object)[] { ("Marker", marker) }]);
            names.AddRange(page["TargetGroups"]!.AsArray().Select(group => (string)group!["TargetGroupName"]!));
            marker = (string?)page["NextMarker"];
        }
        while (marker is not null);

        names.ShouldBe(Enumerable.Range(0, 5).Select(index => $"web-{index}"));
    }

    public static TheoryData<string, string, string[]> Mistakes => new()
    {
        { "DescribeLoadBalancers", "LoadBalancerNotFound", ["Names.member.1", "none"] },
        { "DescribeTargetGroups", "TargetGroupNotFound", ["Names.member.1", "none"] },
        { "DescribeListeners", "ValidationError", [] },
        { "DescribeListeners", "ListenerNotFound", ["ListenerArns.member.1", NoSuch("listener")] },
        { "DescribeRules", "RuleNotFound", ["RuleArns.member.1", NoSuch("listener-rule")] },
        { "DescribeTags", "TargetGroupNotFound", ["ResourceArns.member.1", NoSuch("targetgroup")] },
        { "DescribeTargetHealth", "TargetGroupNotFound", ["TargetGroupArn", NoSuch("targetgroup")] },
        { "DeleteListener", "ListenerNotFound", ["ListenerArn", NoSuch("listener")] },
        { "CreateLoadBalancer", "ValidationError", [] },
        { "CreateLoadBalancer", "ValidationError", ["Name", "under_score"] },
        { "CreateLoadBalancer", "ValidationError", ["Name", "internal-web"] },
        { "CreateLoadBalancer", "InvalidConfigurationRequest", ["Name", "web", "Type", "network"] },
        { "CreateTargetGroup", "ValidationError", ["Name", "web"] },
        { "CreateTargetGroup", "InvalidConfigurationRequest", ["Name", "web", "Protocol", "TCP", "Port", "80"] },
        { "CreateTargetGroup", "InvalidConfigurationRequest", ["Name", "web", "Protocol", "HTTP", "Port", "80", "TargetType", "lambda"] },
        { "CreateTargetGroup", "ValidationError", ["Name", "web", "Protocol", "HTTP", "Port", "80", "Matcher.HttpCode", "200-"] },
        { "CreateTargetGroup", "ValidationError", ["Name", "web", "Protocol", "HTTP", "Port", "80", "HealthCheckIntervalSeconds", "5", "HealthCheckTimeoutSeconds", "5"] },
        { "CreateListener", "UnsupportedProtocol", ["LoadBalancerArn", NoSuch("loadbalancer/app"), "Protocol", "HTTPS", "Port", "443"] },
        { "CreateListener", "InvalidLoadBalancerAction", ["LoadBalancerArn", NoSuch("loadbalancer/app"), "Protocol", "HTTP", "Port", "80", "DefaultActions.member.1.Type", "authenticate-oidc"] },
        { "CreateListener", "LoadBalancerNotFound", ["LoadBalancerArn", NoSuch("loadbalancer/app"), "Protocol", "HTTP", "Port", "80", "DefaultActions.member.1.Type", "fixed-response", "DefaultActions.member.1.FixedResponseConfig.StatusCode", "200"] },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task Answers_mistakes_with_the_codes_of_elb(string operation, string code, string[] form)
    {
        await using var world = await World.StartAsync(withBalancer: false);

        (await world.ErrorAsync(operation, form.Chunk(2).Select(pair => (pair[0], (object)pair[1])))).ShouldBe(code);

        world.Streams.Facts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Has_only_operations_and_members_of_the_model()
    {
        var models = Environment.GetEnvironmentVariable("BERTH_API_MODELS");
        Assert.SkipWhen(models is null, "BERTH_API_MODELS does not name the folder of the API models.");
        await using var world = await World.StartAsync(withBalancer: false);
        var model = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(models, "elbv2.json"), TestContext.Current.CancellationToken))!;

        foreach (var operation in world.Services.GetServices<AwsService>().Single().Operations.Values)
        {
            var modelled = model["operations"]![operation.Name].ShouldNotBeNull();
            Compare(model, (string)modelled["input"]!["shape"]!, operation.Request.Type, operation.Name);
            Compare(model, (string)modelled["output"]!["shape"]!, operation.Response!.Type, operation.Name);
        }
    }

    private static void Compare(JsonNode model, string shape, Type type, string path)
    {
        var modelled = model["shapes"]![shape]!;
        if ((string)modelled["type"]! == "list")
        {
            Compare(model, (string)modelled["member"]!["shape"]!, type.GetGenericArguments().Single(), path);
        }
        else if ((string)modelled["type"]! == "structure")
        {
            foreach (var member in type.GetProperties())
            {
                var named = modelled["members"]![member.Name].ShouldNotBeNull($"{path}.{member.Name} is not in the model");
                Compare(model, (string)named["shape"]!, Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType, $"{path}.{member.Name}");
            }
        }
    }

    private static string NoSuch(string kind) => $"arn:aws:elasticloadbalancing:us-east-1:000000000000:{kind}/none/0000000000000000";

    private static Dictionary<string, string> Values(JsonNode answer) =>
        answer["Attributes"]!.AsArray().ToDictionary(attribute => (string)attribute!["Key"]!, attribute => (string)attribute!["Value"]!);

    private static IEnumerable<(string, object)> Rule(string listener, int priority, string path) =>
    [
        ("ListenerArn", listener), ("Priority", priority), ("Conditions.member.1.Field", "path-pattern"), ("Conditions.member.1.PathPatternConfig.Values.member.1", path),
        ("Actions.member.1.Type", "fixed-response"), ("Actions.member.1.FixedResponseConfig.StatusCode", "204"),
    ];

    private static async Task<string> RuleAsync(World world, string listener, int priority, string path) =>
        (string)(await world.CallAsync("CreateRule", Rule(listener, priority, path)))["Rules"]![0]!["RuleArn"]!;

    private static async Task<IEnumerable<string>> OrderAsync(World world, string listener) =>
        (await world.CallAsync("DescribeRules", ("ListenerArn", listener)))["Rules"]!.AsArray()
            .Select(rule => (string)rule!["Priority"]! == "default" ? "default" : (string)rule["RuleArn"]!);

    private static async Task<string> HealthAsync(World world, string group)
    {
        var description = (await world.CallAsync("DescribeTargetHealth", ("TargetGroupArn", group)))["TargetHealthDescriptions"]![0]!;
        description["HealthCheckPort"]!.GetValue<string>().ShouldBe("9000");
        return $"{description["TargetHealth"]!["State"]} {description["TargetHealth"]!["Reason"]} {description["TargetHealth"]!["Description"]}";
    }
}
