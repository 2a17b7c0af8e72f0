using System.Text.Json;

namespace Berth.Api.Tests;

public sealed class CapacityProvidersOverTheWire : IAsyncLifetime
{
    private const string Group = "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/spare";

    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync() => server = await EcsServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Are_created_with_defaults_changed_described_and_deleted()
    {
        var created = (await server.AskAsync("CreateCapacityProvider", $$$"""
            {"name":"spare","autoScalingGroupProvider":{"autoScalingGroupArn":"{{{Group}}}","managedScaling":{"targetCapacity":80}},"tags":[{"key":"a","value":"b"}]}
            """)).GetProperty("capacityProvider");
        created.GetRawText().ShouldBe($$"""
            {"capacityProviderArn":"arn:aws:ecs:us-east-1:000000000000:capacity-provider/spare","name":"spare","status":"ACTIVE","autoScalingGroupProvider":{"autoScalingGroupArn":"{{Group}}","managedScaling":{"status":"ENABLED","targetCapacity":80,"minimumScalingStepSize":1,"maximumScalingStepSize":10000,"instanceWarmupPeriod":300},"managedTerminationProtection":"DISABLED","managedDraining":"ENABLED"},"tags":[{"key":"a","value":"b"}],"type":"EC2_AUTOSCALING"}
            """);

        var updated = (await server.AskAsync("UpdateCapacityProvider", """
            {"name":"spare","autoScalingGroupProvider":{"managedScaling":{"maximumScalingStepSize":5},"managedDraining":"DISABLED"}}
            """)).GetProperty("capacityProvider");
        updated.GetProperty("updateStatus").GetString().ShouldBe("UPDATE_COMPLETE");
        var scaling = updated.GetProperty("autoScalingGroupProvider").GetProperty("managedScaling");
        (scaling.GetProperty("targetCapacity").GetInt32(), scaling.GetProperty("maximumScalingStepSize").GetInt32()).ShouldBe((80, 5));

        var all = await server.AskAsync("DescribeCapacityProviders", "{}");
        Names(all).ShouldBe(["FARGATE", "FARGATE_SPOT", "spare"]);
        var named = await server.AskAsync("DescribeCapacityProviders", """{"capacityProviders":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/spare","nope"],"include":["TAGS"]}""");
        named.GetProperty("capacityProviders")[0].GetProperty("tags").GetArrayLength().ShouldBe(1);
        named.GetProperty("failures").GetRawText().ShouldBe("""[{"arn":"arn:aws:ecs:us-east-1:000000000000:capacity-provider/nope","reason":"MISSING"}]""");

        var deleted = (await server.AskAsync("DeleteCapacityProvider", """{"capacityProvider":"spare"}""")).GetProperty("capacityProvider");
        (deleted.GetProperty("status").GetString(), deleted.GetProperty("updateStatus").GetString()).ShouldBe(("INACTIVE", "DELETE_COMPLETE"));
        Names(await server.AskAsync("DescribeCapacityProviders", "{}")).ShouldBe(["FARGATE", "FARGATE_SPOT"]);
    }

    [Fact]
    public async Task Are_told_page_by_page()
    {
        for (var at = 0; at < 12; at++)
        {
            await server.AskAsync("CreateCapacityProvider", $$$"""{"name":"p{{{at:d2}}}","autoScalingGroupProvider":{"autoScalingGroupArn":"{{{Group}}}{{{at}}}"}}""");
        }

        var first = await server.AskAsync("DescribeCapacityProviders", "{}");
        var second = await server.AskAsync("DescribeCapacityProviders", $$"""{"nextToken":"{{first.GetProperty("nextToken").GetString()}}"}""");

        Names(first).Concat(Names(second)).Distinct().Count().ShouldBe(14);
        second.TryGetProperty("nextToken", out _).ShouldBeFalse();
    }

    /// <summary>Goal: of two calls at once neither takes back what the other changed. Method: many pairs, each of which a merge before the decision may lose.</summary>
    [Fact]
    public async Task Keeps_what_two_calls_at_once_change()
    {
        await server.AskAsync("CreateCapacityProvider", """
            {"name":"spare","autoScalingGroupProvider":{"autoScalingGroupArn":"arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/g","managedScaling":{"status":"ENABLED"} } }
            """);
        for (var round = 1; round <= 40; round++)
        {
            await Task.WhenAll(
                server.AskAsync("UpdateCapacityProvider", $$"""{"name":"spare","autoScalingGroupProvider":{"managedScaling":{"targetCapacity":{{round}} } } }"""),
                server.AskAsync("UpdateCapacityProvider", $$"""{"name":"spare","autoScalingGroupProvider":{"managedScaling":{"instanceWarmupPeriod":{{round}} } } }"""));

            var scaling = (await server.AskAsync("DescribeCapacityProviders", """{"capacityProviders":["spare"]}""")).GetProperty("capacityProviders")[0]
                .GetProperty("autoScalingGroupProvider").GetProperty("managedScaling");
            (scaling.GetProperty("targetCapacity").GetInt32(), scaling.GetProperty("instanceWarmupPeriod").GetInt32()).ShouldBe((round, round));
        }
    }

    [Theory]
    [InlineData("CreateCapacityProvider", """{"name":"fargate-mine","autoScalingGroupProvider":{"autoScalingGroupArn":"arn:aws:autoscaling:x"}}""", "ClientException")]
    [InlineData("CreateCapacityProvider", """{"name":"a b","autoScalingGroupProvider":{"autoScalingGroupArn":"arn:aws:autoscaling:x"}}""", "ClientException")]
    [InlineData("CreateCapacityProvider", """{"name":"x","autoScalingGroupProvider":{"autoScalingGroupArn":"group"}}""", "ClientException")]
    [InlineData("CreateCapacityProvider", """{"name":"x"}""", "InvalidParameterException")]
    [InlineData("CreateCapacityProvider", """{"name":"x","autoScalingGroupProvider":{"autoScalingGroupArn":"arn:aws:autoscaling:x","managedTerminationProtection":"ENABLED"}}""", "ClientException")]
    [InlineData("CreateCapacityProvider", """{"name":"x","autoScalingGroupProvider":{"autoScalingGroupArn":"arn:aws:autoscaling:x","managedScaling":{"targetCapacity":101}}}""", "ClientException")]
    [InlineData("CreateCapacityProvider", """{"name":"x","managedInstancesProvider":{"infrastructureRoleArn":"arn:r"}}""", "ClientException")]
    [InlineData("UpdateCapacityProvider", """{"name":"nope","autoScalingGroupProvider":{}}""", "InvalidParameterException")]
    [InlineData("UpdateCapacityProvider", """{"name":"FARGATE","autoScalingGroupProvider":{}}""", "InvalidParameterException")]
    [InlineData("DeleteCapacityProvider", """{"capacityProvider":"FARGATE_SPOT"}""", "InvalidParameterException")]
    [InlineData("DeleteCapacityProvider", """{"capacityProvider":"nope"}""", "InvalidParameterException")]
    [InlineData("DescribeCapacityProviders", """{"include":["ALL"]}""", "InvalidParameterException")]
    [InlineData("PutClusterCapacityProviders", """{"cluster":"default","capacityProviders":["nope"],"defaultCapacityProviderStrategy":[]}""", "InvalidParameterException")]
    [InlineData("PutClusterCapacityProviders", """{"cluster":"default","capacityProviders":["FARGATE"],"defaultCapacityProviderStrategy":[{"capacityProvider":"FARGATE_SPOT","weight":1}]}""", "InvalidParameterException")]
    [InlineData("PutClusterCapacityProviders", """{"cluster":"default","capacityProviders":["FARGATE"],"defaultCapacityProviderStrategy":[{"capacityProvider":"FARGATE","weight":1001}]}""", "InvalidParameterException")]
    [InlineData("PutClusterCapacityProviders", """{"cluster":"nope","capacityProviders":[],"defaultCapacityProviderStrategy":[]}""", "ClusterNotFoundException")]
    public async Task Refuses_what_ecs_refuses(string operation, string request, string type)
    {
        await server.AskAsync("CreateCluster", "{}");

        (await server.RefusalAsync(operation, request)).Type.ShouldBe(type);
    }

    [Fact]
    public async Task Belong_to_clusters_and_are_not_deleted_meanwhile()
    {
        await server.AskAsync("CreateCapacityProvider", $$$"""{"name":"spare","autoScalingGroupProvider":{"autoScalingGroupArn":"{{{Group}}}"}}""");
        var created = (await server.AskAsync("CreateCluster", """
            {"clusterName":"blue","capacityProviders":["spare","FARGATE"],"defaultCapacityProviderStrategy":[{"capacityProvider":"spare","weight":1}]}
            """)).GetProperty("cluster");
        created.GetProperty("capacityProviders").GetRawText().ShouldBe("""["spare","FARGATE"]""");
        created.GetProperty("defaultCapacityProviderStrategy").GetRawText().ShouldBe("""[{"capacityProvider":"spare","weight":1,"base":0}]""");
        (await server.RefusalAsync("CreateCluster", """{"clusterName":"blue","capacityProviders":["FARGATE"]}""")).Message!.ShouldStartWith("Arguments on this idempotent request");
        (await server.RefusalAsync("DeleteCapacityProvider", """{"capacityProvider":"spare"}""")).Message!.ShouldContain("in use");
        Names(await server.AskAsync("DescribeCapacityProviders", """{"cluster":"blue"}""")).ShouldBe(["FARGATE", "spare"]);

        await server.AskAsync("PutClusterCapacityProviders", """{"cluster":"blue","capacityProviders":[],"defaultCapacityProviderStrategy":[]}""");

        await server.AskAsync("DeleteCapacityProvider", """{"capacityProvider":"spare"}""");
    }

    [Fact]
    public async Task Of_managed_instances_live_and_die_with_their_cluster_in_sight()
    {
        await server.AskAsync("CreateCluster", "{}");
        await server.AskAsync("CreateCapacityProvider", """
            {"name":"managed","cluster":"default","managedInstancesProvider":{"infrastructureRoleArn":"arn:aws:iam::000000000000:role/r",
             "instanceLaunchTemplate":{"ec2InstanceProfileArn":"arn:aws:iam::000000000000:instance-profile/p","networkConfiguration":{"subnets":["subnet-1"]}}}}
            """);
        var cluster = (await server.AskAsync("DescribeClusters", "{}")).GetProperty("clusters")[0];
        cluster.GetProperty("capacityProviders").GetRawText().ShouldBe("""["managed"]""");
        (await server.RefusalAsync("DeleteCluster", """{"cluster":"default"}""")).Type.ShouldBe("ClusterContainsCapacityProviderException");
        (await server.RefusalAsync("PutClusterCapacityProviders", """{"cluster":"default","capacityProviders":[],"defaultCapacityProviderStrategy":[]}""")).Type.ShouldBe("InvalidParameterException");

        await server.AskAsync("CreateCluster", """{"clusterName":"other"}""");
        (await server.RefusalAsync("DeleteCapacityProvider", """{"capacityProvider":"managed","cluster":"other"}""")).Type.ShouldBe("InvalidParameterException");
        (await server.RefusalAsync("UpdateCapacityProvider", """{"name":"managed","cluster":"nope","managedInstancesProvider":{"infrastructureRoleArn":"arn:aws:iam::000000000000:role/s","instanceLaunchTemplate":{}}}""")).Type.ShouldBe("ClusterNotFoundException");

        await server.AskAsync("DeleteCapacityProvider", """{"capacityProvider":"managed","cluster":"default"}""");

        await server.AskAsync("DeleteCluster", """{"cluster":"default"}""");
    }

    [Fact]
    public async Task Take_the_tasks_of_the_clusters_default_strategy()
    {
        var instance = await server.JoinAsync();
        await server.AskAsync("CreateCapacityProvider", $$$"""{"name":"spare","autoScalingGroupProvider":{"autoScalingGroupArn":"{{{Group}}}"}}""");
        await server.AskAsync("PutClusterCapacityProviders", """
            {"cluster":"default","capacityProviders":["spare"],"defaultCapacityProviderStrategy":[{"capacityProvider":"spare","weight":1}]}
            """);
        await server.AskAsync("PutAttributes", $$"""{"attributes":[{"name":"berth.capacity-provider","value":"spare","targetId":"{{instance}}"}]}""");
        await server.RegisterDefinitionAsync("web");

        var task = (await server.AskAsync("RunTask", """{"taskDefinition":"web"}""")).GetProperty("tasks")[0];

        (task.GetProperty("launchType").GetString(), task.GetProperty("capacityProviderName").GetString()).ShouldBe(("EC2", "spare"));
        (await server.AskAsync("DescribeContainerInstances", $$"""{"containerInstances":["{{instance}}"]}""")).GetProperty("containerInstances")[0]
            .GetProperty("capacityProviderName").GetString().ShouldBe("spare");
        (await server.RefusalAsync("PutClusterCapacityProviders", """{"cluster":"default","capacityProviders":[],"defaultCapacityProviderStrategy":[]}"""))
            .ShouldBe(("ResourceInUseException", "The specified capacity provider is in use and cannot be removed."));
        (await server.AskAsync("RunTask", """{"taskDefinition":"web","launchType":"EC2"}""")).GetProperty("tasks")[0].TryGetProperty("capacityProviderName", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("managed", "Cannot associate Managed Instances capacity provider")]
    [InlineData("scaling", "is associated with another cluster")]
    public async Task Are_refused_to_a_cluster_before_there_is_one(string provider, string why)
    {
        await server.AskAsync("CreateCluster", "{}");
        await server.AskAsync("CreateCapacityProvider", $$$"""{"name":"scaling","autoScalingGroupProvider":{"autoScalingGroupArn":"{{{Group}}}","managedScaling":{"status":"ENABLED"} } }""");
        await server.AskAsync("CreateCapacityProvider", """
            {"name":"managed","cluster":"default","managedInstancesProvider":{"infrastructureRoleArn":"arn:aws:iam::000000000000:role/r",
             "instanceLaunchTemplate":{"ec2InstanceProfileArn":"arn:aws:iam::000000000000:instance-profile/p","networkConfiguration":{"subnets":["subnet-1"]}}}}
            """);
        await server.AskAsync("PutClusterCapacityProviders", """{"cluster":"default","capacityProviders":["managed","scaling"],"defaultCapacityProviderStrategy":[]}""");

        (await server.RefusalAsync("CreateCluster", $$"""{"clusterName":"other","capacityProviders":["{{provider}}"]}""")).Message!.ShouldContain(why);

        (await server.AskAsync("ListClusters", "{}")).GetProperty("clusterArns").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Have_tags()
    {
        const string Arn = "arn:aws:ecs:us-east-1:000000000000:capacity-provider/spare";
        await server.AskAsync("CreateCapacityProvider", $$$"""{"name":"spare","autoScalingGroupProvider":{"autoScalingGroupArn":"{{{Group}}}"}}""");
        await server.AskAsync("TagResource", $$"""{"resourceArn":"{{Arn}}","tags":[{"key":"a","value":"1"}]}""");

        (await server.AskAsync("ListTagsForResource", $$"""{"resourceArn":"{{Arn}}"}""")).GetProperty("tags").GetRawText().ShouldBe("""[{"key":"a","value":"1"}]""");
        await server.AskAsync("UntagResource", $$"""{"resourceArn":"{{Arn}}","tagKeys":["a"]}""");
        (await server.RefusalAsync("TagResource", """{"resourceArn":"arn:aws:ecs:us-east-1:000000000000:capacity-provider/FARGATE","tags":[{"key":"a","value":"1"}]}""")).Type
            .ShouldBe("InvalidParameterException");
    }

    private static IEnumerable<string?> Names(JsonElement answer) =>
        answer.GetProperty("capacityProviders").EnumerateArray().Select(provider => provider.GetProperty("name").GetString());
}
