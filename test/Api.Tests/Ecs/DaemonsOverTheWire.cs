using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Api.Tests;

public sealed class DaemonsOverTheWire : IAsyncLifetime
{
    private const string Prefix = "arn:aws:ecs:us-east-1:000000000000:";

    private const string Capabilities = """,{"name":"com.amazonaws.ecs.capability.docker-remote-api.1.24"},{"name":"ecs.capability.pid-ipc-namespace-sharing"},{"name":"ecs.capability.container-health-check"}""";

    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        await server.AskAsync("CreateCluster", "{}");
        foreach (var name in new[] { "managed", "other" })
        {
            await server.AskAsync("CreateCapacityProvider", $$$"""
                {"name":"{{{name}}}","cluster":"default","managedInstancesProvider":{"infrastructureRoleArn":"arn:aws:iam::000000000000:role/r",
                 "instanceLaunchTemplate":{"ec2InstanceProfileArn":"arn:aws:iam::000000000000:instance-profile/p","networkConfiguration":{"subnets":["subnet-1"]} } } }
                """);
        }
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Are_deployed_at_once_where_there_is_no_instance()
    {
        await RegisterAsync();
        var created = await CreateAsync();
        created.GetProperty("daemonArn").GetString().ShouldBe($"{Prefix}daemon/default/watch");
        created.GetProperty("status").GetString().ShouldBe("ACTIVE");

        var daemon = (await server.AskAsync("DescribeDaemon", Arn("daemonArn", created.GetProperty("daemonArn")))).GetProperty("daemon");
        daemon.GetProperty("clusterArn").GetString().ShouldBe($"{Prefix}cluster/default");
        daemon.GetProperty("deploymentArn").GetString().ShouldBe(created.GetProperty("deploymentArn").GetString());
        var current = daemon.GetProperty("currentRevisions")[0];
        current.GetProperty("totalRunningCount").GetInt32().ShouldBe(0);
        current.GetProperty("capacityProviders").GetRawText().ShouldBe($$"""[{"arn":"{{Prefix}}capacity-provider/managed","runningCount":0}]""");

        var told = await server.AskAsync("DescribeDaemonDeployments", $$"""{"daemonDeploymentArns":[{{created.GetProperty("deploymentArn").GetRawText()}},"{{Prefix}}daemon-deployment/default/watch/0"]}""");
        var deployment = told.GetProperty("daemonDeployments")[0];
        deployment.GetProperty("status").GetString().ShouldBe("SUCCESSFUL");
        deployment.TryGetProperty("startedAt", out _).ShouldBeTrue();
        deployment.TryGetProperty("finishedAt", out _).ShouldBeTrue();
        deployment.TryGetProperty("rollback", out _).ShouldBeFalse();
        deployment.GetProperty("targetDaemonRevision").GetProperty("totalRunningInstanceCount").GetInt32().ShouldBe(0);
        deployment.GetProperty("deploymentConfiguration").GetRawText().ShouldBe("""{"drainPercent":12.5,"bakeTimeInMinutes":5}""");
        told.GetProperty("failures").GetRawText().ShouldBe($$"""[{"arn":"{{Prefix}}daemon-deployment/default/watch/0","reason":"MISSING"}]""");

        var revision = (await server.AskAsync("DescribeDaemonRevisions", Arns("daemonRevisionArns", current.GetProperty("arn")))).GetProperty("daemonRevisions")[0];
        revision.GetProperty("daemonTaskDefinitionArn").GetString().ShouldBe($"{Prefix}daemon-task-definition/watch:1");
        revision.GetProperty("containerImages").GetRawText().ShouldBe("""[{"containerName":"agent","image":"watch"}]""");
        revision.GetProperty("propagateTags").GetString().ShouldBe("DAEMON");
        (await server.AskAsync("ListTasks", """{"daemonName":"watch"}""")).GetProperty("taskArns").GetArrayLength().ShouldBe(0);
        (await server.RefusalAsync("ListTasks", """{"daemonName":"nope"}""")).Type.ShouldBe("InvalidParameterException");
    }

    [Fact]
    public async Task Are_created_once_by_token_and_by_name()
    {
        await RegisterAsync();
        var first = await CreateAsync(""","clientToken":"one" """);

        (await CreateAsync(""","clientToken":"one" """)).GetRawText().ShouldBe(first.GetRawText());
        (await server.RefusalAsync("CreateDaemon", Request(""","clientToken":"two" """))).Message.ShouldBe("Creation of daemon was not idempotent.");
        (await server.RefusalAsync("CreateDaemon", Request(""","clientToken":"one","enableExecuteCommand":true"""))).Message.ShouldBe("Creation of daemon was not idempotent.");
    }

    [Fact]
    public async Task Are_updated_by_a_rollout_that_takes_the_place_of_the_one_under_way()
    {
        await server.JoinAsync(attributes: Capabilities);
        await RegisterAsync();
        await RegisterAsync();
        var created = await CreateAsync();
        var updated = await server.AskAsync("UpdateDaemon", $$"""
            {"daemonArn":{{created.GetProperty("daemonArn").GetRawText()}},"daemonTaskDefinitionArn":"{{Prefix}}daemon-task-definition/watch:2","capacityProviderArns":["{{Prefix}}capacity-provider/other"]}
            """);

        var list = (await server.AskAsync("ListDaemonDeployments", Arn("daemonArn", created.GetProperty("daemonArn")))).GetProperty("daemonDeployments");
        list.EnumerateArray().Select(rollout => rollout.GetProperty("status").GetString()).ShouldBe(["IN_PROGRESS", "STOPPED"]);
        list[0].GetProperty("daemonDeploymentArn").GetString().ShouldBe(updated.GetProperty("deploymentArn").GetString());
        (await server.AskAsync("ListDaemonDeployments", $$"""{"daemonArn":"{{Prefix}}daemon/default/watch","status":["STOPPED"]}""")).GetProperty("daemonDeployments").GetArrayLength().ShouldBe(1);
        var deployment = (await server.AskAsync("DescribeDaemonDeployments", Arns("daemonDeploymentArns", updated.GetProperty("deploymentArn")))).GetProperty("daemonDeployments")[0];
        deployment.GetProperty("sourceDaemonRevisions").GetArrayLength().ShouldBe(1);
        deployment.GetProperty("deploymentConfiguration").GetProperty("drainPercent").GetDouble().ShouldBe(12.5);
        var revision = (await server.AskAsync("DescribeDaemonRevisions", Arns("daemonRevisionArns", deployment.GetProperty("targetDaemonRevision").GetProperty("arn")))).GetProperty("daemonRevisions")[0];
        revision.GetProperty("propagateTags").GetString().ShouldBe("DAEMON");
        revision.GetProperty("daemonTaskDefinitionArn").GetString().ShouldBe($"{Prefix}daemon-task-definition/watch:2");

        var first = await server.AskAsync("ListDaemonDeployments", $$"""{"daemonArn":"{{Prefix}}daemon/default/watch","maxResults":1}""");
        var second = await server.AskAsync("ListDaemonDeployments", $$"""{"daemonArn":"{{Prefix}}daemon/default/watch","maxResults":1,"nextToken":{{first.GetProperty("nextToken").GetRawText()}}}""");
        second.GetProperty("daemonDeployments")[0].GetProperty("status").GetString().ShouldBe("STOPPED");
        second.TryGetProperty("nextToken", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_a_task_on_each_instance_until_they_are_deleted()
    {
        var instance = await server.JoinAsync(attributes: Capabilities);
        await RegisterAsync();
        await RegisterAsync();
        var created = await CreateAsync(""","tags":[{"key":"team","value":"x"}],"enableECSManagedTags":true""", bakeMinutes: 0);

        var (arn, task) = await TaskAsync();
        task.GetProperty("group").GetString().ShouldBe("daemon:watch");
        task.GetProperty("taskDefinitionArn").GetString().ShouldBe($"{Prefix}daemon-task-definition/watch:1");
        task.GetProperty("containerInstanceArn").GetString()!.ShouldEndWith(instance);
        task.GetProperty("capacityProviderName").GetString().ShouldBe("managed");
        task.GetProperty("tags").GetRawText().ShouldBe("""[{"key":"team","value":"x"},{"key":"aws:ecs:clusterName","value":"default"}]""");
        var (status, deployment) = await DeploymentAsync(created);
        status.ShouldBe("IN_PROGRESS");
        deployment.GetProperty("circuitBreaker").GetRawText().ShouldBe("""{"failureCount":0,"status":"MONITORING","threshold":3}""");

        await RunAsync(arn);

        (status, deployment) = await DeploymentAsync(created);
        status.ShouldBe("SUCCESSFUL");
        deployment.GetProperty("targetDaemonRevision").GetProperty("totalRunningInstanceCount").GetInt32().ShouldBe(1);
        deployment.GetProperty("circuitBreaker").GetProperty("status").GetString().ShouldBe("MONITORING_COMPLETE");
        var revisions = (await server.AskAsync("DescribeDaemon", Arn("daemonArn", created.GetProperty("daemonArn")))).GetProperty("daemon").GetProperty("currentRevisions");
        revisions[0].GetProperty("totalRunningCount").GetInt32().ShouldBe(1);
        var told = (await server.AskAsync("DescribeDaemonRevisions", Arns("daemonRevisionArns", revisions[0].GetProperty("arn")))).GetProperty("daemonRevisions")[0];
        told.GetProperty("containerImages")[0].GetProperty("imageDigest").GetString().ShouldBe("sha256:1");

        var updated = await server.AskAsync("UpdateDaemon", $$"""
            {"daemonArn":{{created.GetProperty("daemonArn").GetRawText()}},"daemonTaskDefinitionArn":"{{Prefix}}daemon-task-definition/watch:2","capacityProviderArns":["{{Prefix}}capacity-provider/managed"]}
            """);
        (status, deployment) = await DeploymentAsync(updated);
        status.ShouldBe("IN_PROGRESS");
        deployment.GetProperty("sourceDaemonRevisions")[0].GetProperty("totalDrainingInstanceCount").GetInt32().ShouldBe(1);
        await StopAsync(arn);
        (arn, task) = await TaskAsync();
        task.GetProperty("taskDefinitionArn").GetString().ShouldBe($"{Prefix}daemon-task-definition/watch:2");
        await RunAsync(arn);
        (await DeploymentAsync(updated)).Status.ShouldBe("SUCCESSFUL");

        var deleted = await server.AskAsync("DeleteDaemon", Arn("daemonArn", created.GetProperty("daemonArn")));
        (await server.AskAsync("DescribeDaemon", Arn("daemonArn", created.GetProperty("daemonArn")))).GetProperty("daemon").GetProperty("status").GetString().ShouldBe("DELETE_IN_PROGRESS");
        (await DeploymentAsync(deleted)).Status.ShouldBe("IN_PROGRESS");
        await StopAsync(arn);
        (await DeploymentAsync(deleted)).Status.ShouldBe("SUCCESSFUL");
        (await server.RefusalAsync("DescribeDaemon", Arn("daemonArn", created.GetProperty("daemonArn")))).Type.ShouldBe("DaemonNotFoundException");

        async Task<(string Arn, JsonElement Task)> TaskAsync()
        {
            var list = (await server.AskAsync("ListTasks", """{"daemonName":"watch"}""")).GetProperty("taskArns");
            list.GetArrayLength().ShouldBe(1);
            var tasks = (await server.AskAsync("DescribeTasks", $$"""{"tasks":{{list.GetRawText()}},"include":["TAGS"]}""")).GetProperty("tasks");
            return (list[0].GetString()!, tasks[0]);
        }
    }

    [Fact]
    public async Task Go_back_when_their_new_tasks_fail()
    {
        await server.JoinAsync(attributes: Capabilities);
        await RegisterAsync();
        await RegisterAsync();
        var created = await CreateAsync(bakeMinutes: 0);
        var first = (await server.AskAsync("ListTasks", """{"daemonName":"watch"}""")).GetProperty("taskArns")[0].GetString()!;
        await RunAsync(first);
        var updated = await server.AskAsync("UpdateDaemon", $$"""
            {"daemonArn":{{created.GetProperty("daemonArn").GetRawText()}},"daemonTaskDefinitionArn":"{{Prefix}}daemon-task-definition/watch:2","capacityProviderArns":["{{Prefix}}capacity-provider/managed"]}
            """);
        await StopAsync(first);

        while ((await DeploymentAsync(updated)).Status == "IN_PROGRESS")
        {
            foreach (var arn in (await server.AskAsync("ListTasks", """{"daemonName":"watch"}""")).GetProperty("taskArns").EnumerateArray())
            {
                await StopAsync(arn.GetString()!);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        var (status, deployment) = await DeploymentAsync(updated);
        status.ShouldBe("ROLLBACK_IN_PROGRESS");
        deployment.GetProperty("circuitBreaker").GetRawText().ShouldBe("""{"failureCount":3,"status":"TRIGGERED","threshold":3}""");
        var rollback = deployment.GetProperty("rollback");
        rollback.GetProperty("rollbackTargetDaemonRevisionArn").GetString().ShouldBe(deployment.GetProperty("sourceDaemonRevisions")[0].GetProperty("arn").GetString());
        rollback.GetProperty("rollbackCapacityProviders").GetRawText().ShouldBe($$"""["{{Prefix}}capacity-provider/managed"]""");
        await RunAsync((await server.AskAsync("ListTasks", """{"daemonName":"watch"}""")).GetProperty("taskArns")[0].GetString()!);
        (await DeploymentAsync(updated)).Status.ShouldBe("ROLLBACK_SUCCESSFUL");
    }

    [Fact]
    public async Task Are_deleted_at_once_and_hold_their_capacity_provider_until_then()
    {
        await RegisterAsync();
        var created = await CreateAsync();
        (await server.RefusalAsync("DeleteCapacityProvider", """{"capacityProvider":"managed"}""")).Message!.ShouldContain("is in use and cannot be removed");

        var deleted = await server.AskAsync("DeleteDaemon", Arn("daemonArn", created.GetProperty("daemonArn")));

        deleted.GetProperty("status").GetString().ShouldBe("DELETE_IN_PROGRESS");
        var deployment = (await server.AskAsync("DescribeDaemonDeployments", Arns("daemonDeploymentArns", deleted.GetProperty("deploymentArn")))).GetProperty("daemonDeployments")[0];
        deployment.GetProperty("status").GetString().ShouldBe("SUCCESSFUL");
        deployment.TryGetProperty("targetDaemonRevision", out _).ShouldBeFalse();
        (await server.RefusalAsync("DescribeDaemon", Arn("daemonArn", created.GetProperty("daemonArn")))).Type.ShouldBe("DaemonNotFoundException");
        (await server.RefusalAsync("DeleteDaemon", Arn("daemonArn", created.GetProperty("daemonArn")))).Type.ShouldBe("DaemonNotActiveException");
        (await server.AskAsync("ListDaemons", "{}")).GetProperty("daemonSummariesList").GetArrayLength().ShouldBe(0);
        await CreateAsync();
        await server.AskAsync("DeleteDaemon", Arn("daemonArn", created.GetProperty("daemonArn")));
        await server.AskAsync("DeleteCapacityProvider", """{"capacityProvider":"managed"}""");
    }

    [Fact]
    public async Task Are_listed_by_page_and_by_capacity_provider()
    {
        await RegisterAsync();
        foreach (var (name, provider) in new[] { ("c", "managed"), ("a", "managed"), ("b", "other") })
        {
            await server.AskAsync("CreateDaemon", $$"""
                {"daemonName":"{{name}}","daemonTaskDefinitionArn":"{{Prefix}}daemon-task-definition/watch:1","capacityProviderArns":["{{Prefix}}capacity-provider/{{provider}}"]}
                """);
        }

        var first = await server.AskAsync("ListDaemons", """{"maxResults":2}""");
        Names(first).ShouldBe(["a", "b"]);
        Names(await server.AskAsync("ListDaemons", $$"""{"maxResults":2,"nextToken":{{first.GetProperty("nextToken").GetRawText()}}}""")).ShouldBe(["c"]);
        Names(await server.AskAsync("ListDaemons", $$"""{"capacityProviderArns":["{{Prefix}}capacity-provider/managed"]}""")).ShouldBe(["a", "c"]);
        (await server.RefusalAsync("ListDaemons", """{"nextToken":"nonsense"}""")).Type.ShouldBe("InvalidParameterException");

        static IEnumerable<string> Names(JsonElement answer) =>
            answer.GetProperty("daemonSummariesList").EnumerateArray().Select(summary => summary.GetProperty("daemonArn").GetString()!.Split('/')[^1]);
    }

    [Fact]
    public async Task And_their_definitions_have_tags()
    {
        await RegisterAsync();
        await CreateAsync(""","tags":[{"key":"a","value":"1"}]""");
        foreach (var arn in new[] { $"{Prefix}daemon/default/watch", $"{Prefix}daemon-task-definition/watch:1" })
        {
            await server.AskAsync("TagResource", $$"""{"resourceArn":"{{arn}}","tags":[{"key":"b","value":"2"}]}""");
            await server.AskAsync("UntagResource", $$"""{"resourceArn":"{{arn}}","tagKeys":["a"]}""");
            (await server.AskAsync("ListTagsForResource", $$"""{"resourceArn":"{{arn}}"}""")).GetProperty("tags").GetRawText().ShouldBe("""[{"key":"b","value":"2"}]""");
        }
    }

    [Fact]
    public async Task Are_made_of_definitions_with_numbers_of_their_own()
    {
        await server.RegisterDefinitionAsync("watch");
        (await RegisterAsync()).ShouldBe($"{Prefix}daemon-task-definition/watch:1");
        (await RegisterAsync()).ShouldBe($"{Prefix}daemon-task-definition/watch:2");
        (await RegisterAsync("weigh")).ShouldBe($"{Prefix}daemon-task-definition/weigh:1");

        var definition = (await server.AskAsync("DescribeDaemonTaskDefinition", """{"daemonTaskDefinition":"watch"}""")).GetProperty("daemonTaskDefinition");
        definition.GetProperty("revision").GetInt32().ShouldBe(2);
        definition.GetProperty("status").GetString().ShouldBe("ACTIVE");
        definition.GetProperty("pidMode").GetString().ShouldBe("shared");
        definition.GetProperty("containerDefinitions")[0].GetProperty("essential").GetBoolean().ShouldBeTrue();
        (await server.AskAsync("DescribeDaemonTaskDefinition", $$"""{"daemonTaskDefinition":"{{Prefix}}daemon-task-definition/watch:1"}""")).GetProperty("daemonTaskDefinition").GetProperty("revision").GetInt32().ShouldBe(1);

        await server.AskAsync("DeleteDaemonTaskDefinition", """{"daemonTaskDefinition":"watch:2"}""");

        var deleted = (await server.AskAsync("DescribeDaemonTaskDefinition", """{"daemonTaskDefinition":"watch:2"}""")).GetProperty("daemonTaskDefinition");
        deleted.GetProperty("status").GetString().ShouldBe("DELETED");
        deleted.TryGetProperty("deleteRequestedAt", out _).ShouldBeTrue();
        (await server.RefusalAsync("DeleteDaemonTaskDefinition", """{"daemonTaskDefinition":"watch:2"}""")).Type.ShouldBe("ClientException");
        (await server.RefusalAsync("CreateDaemon", Request("").Replace("watch:1", "watch:2", StringComparison.Ordinal))).Type.ShouldBe("ClientException");
        (await ListAsync("{}")).ShouldBe(["watch:1", "weigh:1"]);
        (await ListAsync("""{"status":"ALL","sort":"DESC"}""")).ShouldBe(["weigh:1", "watch:2", "watch:1"]);
        (await ListAsync("""{"status":"ALL","revision":"LAST_REGISTERED"}""")).ShouldBe(["watch:2", "weigh:1"]);
        (await ListAsync("""{"status":"ALL","familyPrefix":"wa"}""")).ShouldBe(["watch:1", "watch:2"]);
        (await ListAsync("""{"status":"ALL","familyPrefix":"wa","sort":"DESC"}""")).ShouldBe(["watch:2", "watch:1"]);
        (await ListAsync("""{"family":"we"}""")).ShouldBeEmpty();
        (await ListAsync("""{"family":"weigh","sort":"DESC"}""")).ShouldBe(["weigh:1"]);
        (await ListAsync("""{"status":"DELETE_IN_PROGRESS"}""")).ShouldBeEmpty();
        var first = await server.AskAsync("ListDaemonTaskDefinitions", """{"status":"ALL","sort":"DESC","maxResults":2}""");
        (await ListAsync($$"""{"status":"ALL","sort":"DESC","maxResults":2,"nextToken":{{first.GetProperty("nextToken").GetRawText()}}}""")).ShouldBe(["watch:1"]);
        (await RegisterAsync()).ShouldBe($"{Prefix}daemon-task-definition/watch:3");

        async Task<List<string>> ListAsync(string request) =>
            [.. (await server.AskAsync("ListDaemonTaskDefinitions", request)).GetProperty("daemonTaskDefinitions").EnumerateArray().Select(summary => summary.GetProperty("arn").GetString()!.Split('/')[^1])];
    }

    [Theory]
    [InlineData("RegisterDaemonTaskDefinition", """{"family":"a b","containerDefinitions":[{"name":"x","image":"x","memory":64}]}""", "ClientException")]
    [InlineData("RegisterDaemonTaskDefinition", """{"family":"x","containerDefinitions":[]}""", "ClientException")]
    [InlineData("RegisterDaemonTaskDefinition", """{"family":"x","containerDefinitions":[{"name":"x","image":"x","memory":64}],"pidMode":"host"}""", "ClientException")]
    [InlineData("RegisterDaemonTaskDefinition", """{"family":"x","containerDefinitions":[{"name":"x","image":"x","memory":64,"mountPoints":[{"sourceVolume":"v","containerPath":"/v"}]}]}""", "ClientException")]
    [InlineData("DescribeDaemonTaskDefinition", """{"daemonTaskDefinition":"nope"}""", "ClientException")]
    [InlineData("DescribeDaemonTaskDefinition", """{"daemonTaskDefinition":"arn:aws:ecs:us-east-1:000000000000:task-definition/watch:1"}""", "InvalidParameterException")]
    [InlineData("ListDaemonTaskDefinitions", """{"status":"INACTIVE"}""", "InvalidParameterException")]
    [InlineData("ListDaemonTaskDefinitions", """{"family":"a","familyPrefix":"b"}""", "InvalidParameterException")]
    [InlineData("ListDaemonTaskDefinitions", """{"maxResults":101}""", "InvalidParameterException")]
    [InlineData("CreateDaemon", """{"daemonName":"a b"}""", "InvalidParameterException")]
    [InlineData("CreateDaemon", """{"daemonName":"x","daemonTaskDefinitionArn":"watch:1","capacityProviderArns":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/managed"]}""", "InvalidParameterException")]
    [InlineData("CreateDaemon", """{"daemonName":"x","daemonTaskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:1","capacityProviderArns":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/nope"]}""", "InvalidParameterException")]
    [InlineData("CreateDaemon", """{"daemonName":"x","daemonTaskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:9","capacityProviderArns":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/managed"]}""", "ClientException")]
    [InlineData("CreateDaemon", """{"daemonName":"x","clusterArn":"nope","daemonTaskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:1","capacityProviderArns":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/managed"]}""", "ClusterNotFoundException")]
    [InlineData("CreateDaemon", """{"daemonName":"x","daemonTaskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:1","capacityProviderArns":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/managed"],"deploymentConfiguration":{"drainPercent":101}}""", "InvalidParameterException")]
    [InlineData("CreateDaemon", """{"daemonName":"x","daemonTaskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:1","capacityProviderArns":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/managed"],"propagateTags":"SERVICE"}""", "InvalidParameterException")]
    [InlineData("CreateDaemon", """{"daemonName":"x","daemonTaskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:1","capacityProviderArns":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/managed"],"clientToken":"a b"}""", "InvalidParameterException")]
    [InlineData("CreateDaemon", """{"daemonName":"x","daemonTaskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:1","capacityProviderArns":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/managed"],"deploymentConfiguration":{"alarms":{"enable":true,"alarmNames":["a"]}}}""", "UnsupportedFeatureException")]
    [InlineData("DescribeDaemon", """{"daemonArn":"watch"}""", "InvalidParameterException")]
    [InlineData("DescribeDaemon", """{"daemonArn":"arn:aws:ecs:us-east-1:000000000000:daemon/default/nope"}""", "DaemonNotFoundException")]
    [InlineData("DescribeDaemon", """{"daemonArn":"arn:aws:ecs:us-east-1:000000000000:daemon/nope/nope"}""", "ClusterNotFoundException")]
    [InlineData("DeleteDaemon", """{"daemonArn":"arn:aws:ecs:us-east-1:000000000000:daemon/default/nope"}""", "DaemonNotFoundException")]
    [InlineData("UpdateDaemon", """{"daemonArn":"arn:aws:ecs:us-east-1:000000000000:daemon/default/nope","daemonTaskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:1","capacityProviderArns":["arn:aws:ecs:us-east-1:000000000000:capacity-provider/managed"]}""", "DaemonNotFoundException")]
    [InlineData("ListDaemonDeployments", """{"daemonArn":"arn:aws:ecs:us-east-1:000000000000:daemon/default/nope"}""", "InvalidParameterException")]
    [InlineData("ListDaemonDeployments", """{"daemonArn":"arn:aws:ecs:us-east-1:000000000000:daemon/default/watch","status":["FAILED"]}""", "InvalidParameterException")]
    public async Task Refuse_what_ecs_refuses(string operation, string request, string type)
    {
        await RegisterAsync();

        (await server.RefusalAsync(operation, request)).Type.ShouldBe(type);
    }

    [Fact]
    public async Task Are_for_managed_instances_only()
    {
        await RegisterAsync();
        await server.AskAsync("CreateCapacityProvider", """{"name":"group","autoScalingGroupProvider":{"autoScalingGroupArn":"arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/g"}}""");
        await server.AskAsync("PutClusterCapacityProviders", """{"cluster":"default","capacityProviders":["group","managed","other"],"defaultCapacityProviderStrategy":[]}""");

        (await server.RefusalAsync("CreateDaemon", Request("").Replace("provider/managed", "provider/group", StringComparison.Ordinal))).Message!.ShouldContain("Managed Instances");
    }

    [Fact]
    public async Task Are_created_once_for_one_client_token_whatever_becomes_of_the_definition()
    {
        var definition = await RegisterAsync();
        var first = (await CreateAsync(""" ,"clientToken":"t" """)).GetProperty("deploymentArn").GetString();

        await server.AskAsync("DeleteDaemonTaskDefinition", $$"""{"daemonTaskDefinition":"{{definition}}"}""");

        (await CreateAsync(""" ,"clientToken":"t" """)).GetProperty("deploymentArn").GetString().ShouldBe(first);
    }

    [Fact]
    public async Task Are_gone_after_a_reset()
    {
        await server.JoinAsync();
        await RegisterAsync();
        await CreateAsync();

        ((int)(await server.ResetAsync()).Status).ShouldBeLessThan(300);

        (await server.AskAsync("ListDaemons", "{}")).GetProperty("daemonSummariesList").GetArrayLength().ShouldBe(0);
        (await server.AskAsync("ListDaemonTaskDefinitions", """{"status":"ALL"}""")).GetProperty("daemonTaskDefinitions").GetArrayLength().ShouldBe(0);
    }

    private async Task<string> RegisterAsync(string family = "watch") => (await server.AskAsync("RegisterDaemonTaskDefinition", $$"""
        {"family":"{{family}}","containerDefinitions":[{"name":"agent","image":"watch","memory":64,"healthCheck":{"command":["CMD","true"]} }],"pidMode":"shared","tags":[{"key":"a","value":"1"}]}
        """)).GetProperty("daemonTaskDefinitionArn").GetString()!;

    private Task<JsonElement> CreateAsync(string more = "", int bakeMinutes = 5) =>
        server.AskAsync("CreateDaemon", Request(more).Replace("\"bakeTimeInMinutes\":5", $"\"bakeTimeInMinutes\":{bakeMinutes}", StringComparison.Ordinal));

    private async Task<(string Status, JsonElement Deployment)> DeploymentAsync(JsonElement answer)
    {
        var deployment = (await server.AskAsync("DescribeDaemonDeployments", Arns("daemonDeploymentArns", answer.GetProperty("deploymentArn")))).GetProperty("daemonDeployments")[0];
        return (deployment.GetProperty("status").GetString()!, deployment);
    }

    /// <summary>Reports a task as running and healthy.</summary>
    private async Task RunAsync(string arn)
    {
        await server.AskAsync("SubmitTaskStateChange", $$"""{"task":"{{arn}}","status":"RUNNING","containers":[{"containerName":"agent","status":"RUNNING","imageDigest":"sha256:1"}]}""");
        await server.ExecuteAsync("default", new ReportTaskHealthCommand(arn.Split('/')[^1], ImmutableDictionary<string, HealthStatus>.Empty.Add("agent", HealthStatus.Healthy)));
    }

    private Task<JsonElement> StopAsync(string arn) => server.AskAsync("SubmitTaskStateChange", $$"""{"task":"{{arn}}","status":"STOPPED"}""");

    private static string Request(string more) => $$$"""
        {"daemonName":"watch","daemonTaskDefinitionArn":"{{{Prefix}}}daemon-task-definition/watch:1","capacityProviderArns":["{{{Prefix}}}capacity-provider/managed"],
         "propagateTags":"DAEMON","deploymentConfiguration":{"drainPercent":12.5,"bakeTimeInMinutes":5}{{{more}}}}
        """;

    private static string Arn(string member, JsonElement arn) => $$"""{"{{member}}":{{arn.GetRawText()}}}""";

    private static string Arns(string member, JsonElement arn) => $$"""{"{{member}}":[{{arn.GetRawText()}}]}""";
}
