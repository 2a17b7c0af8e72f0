using System.Text.Json;

namespace Berth.Conformance.Tests;

/// <summary>
/// A region with one of everything in it, so that requests can get far: a cluster with an instance, definitions, a service
/// with a task, task sets, capacity providers and a daemon. Nothing in it moves by itself.
/// </summary>
internal sealed class FuzzWorld : IAsyncDisposable
{
    private const string Cluster = "blue";

    private readonly SimulatedAgent agent;
    private Dictionary<string, string> plain = [];    // By operation.

    private FuzzWorld(SignedCalls ecs, SimulatedAgent agent) => (Ecs, this.agent) = (ecs, agent);

    public SignedCalls Ecs { get; }

    public FuzzNames Names { get; } = new();

    /// <summary>A request of an operation that gets through in a world as it was made; null where there can be none.</summary>
    public Draft? InOrder(string operation) => Names.Requests(operation) is [var known, ..] ? Draft.Of(known) : plain.TryGetValue(operation, out var request) ? Draft.Of(JsonElement.Parse(request)) : null;

    public static async Task<FuzzWorld> CreateAsync(SignedCalls ecs)
    {
        await ecs.AskAsync("CreateCluster", $$"""{"clusterName":"{{Cluster}}"}""");
        await ecs.AskAsync("CreateCluster", """{"clusterName":"empty"}""");
        var world = new FuzzWorld(ecs, await SimulatedAgent.ConnectAsync(ecs, Cluster, AgentConduct.Idle));
        try
        {
            await world.FillAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await agent.DisposeAsync();

    private async Task FillAsync()
    {
        var clusterArn = $"arn:aws:ecs:{Ecs.Region}:000000000000:cluster/{Cluster}";
        var definitions = new List<string>();
        foreach (var (family, more) in new[]
        {
            ("web", ""), ("web", ""), ("old", ""), ("wide", ""","networkMode":"awsvpc" """),
        })
        {
            definitions.Add(Arn(await AskAsync("RegisterTaskDefinition", $$"""
                {"family":"{{family}}","containerDefinitions":[{"name":"app","image":"nginx","memory":64,"portMappings":[{"containerPort":80}]}]{{more}}}
                """), "taskDefinition", "taskDefinitionArn"));
        }

        await AskAsync("DeregisterTaskDefinition", """{"taskDefinition":"old:1"}""");
        var group = $"arn:aws:autoscaling:{Ecs.Region}:000000000000:autoScalingGroup:1:autoScalingGroupName/spare";
        var spare = Arn(await AskAsync("CreateCapacityProvider", $$$"""{"name":"spare","autoScalingGroupProvider":{"autoScalingGroupArn":"{{{group}}}"}}"""), "capacityProvider", "capacityProviderArn");
        var managed = Arn(await AskAsync("CreateCapacityProvider", $$$"""
            {"name":"managed","cluster":"{{{Cluster}}}","managedInstancesProvider":{"infrastructureRoleArn":"arn:aws:iam::000000000000:role/r",
             "instanceLaunchTemplate":{"ec2InstanceProfileArn":"arn:aws:iam::000000000000:instance-profile/p","networkConfiguration":{"subnets":["subnet-1"]} } } }
            """), "capacityProvider", "capacityProviderArn");

        var service = Arn(await AskAsync("CreateService", $$"""{"cluster":"{{Cluster}}","serviceName":"web","taskDefinition":"web:1","desiredCount":1}"""), "service", "serviceArn");
        await AskAsync("CreateService", $$$"""{"cluster":"{{{Cluster}}}","serviceName":"external","deploymentController":{"type":"EXTERNAL"},"desiredCount":1}""");
        var taskSet = Arn(await AskAsync("CreateTaskSet", $$$"""{"cluster":"{{{Cluster}}}","service":"external","taskDefinition":"web:1","scale":{"value":100,"unit":"PERCENT"}}"""), "taskSet", "taskSetArn");
        var task = (await AskAsync("RunTask", $$"""{"cluster":"{{Cluster}}","taskDefinition":"web:1"}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString()!;
        var rollout = (await AskAsync("ListServiceDeployments", $$"""{"cluster":"{{Cluster}}","service":"web"}""")).GetProperty("serviceDeployments")[0];
        var daemonDefinition = (await AskAsync("RegisterDaemonTaskDefinition", """{"family":"watch","containerDefinitions":[{"name":"agent","image":"watch","memory":64}]}"""))
            .GetProperty("daemonTaskDefinitionArn").GetString()!;
        var daemon = await AskAsync("CreateDaemon", $$"""{"clusterArn":"{{clusterArn}}","daemonName":"watch","daemonTaskDefinitionArn":"{{daemonDefinition}}","capacityProviderArns":["{{managed}}"]}""");
        var daemonArn = daemon.GetProperty("daemonArn").GetString()!;
        var daemonRevision = (await AskAsync("DescribeDaemon", $$"""{"daemonArn":"{{daemonArn}}"}""")).GetProperty("daemon").GetProperty("currentRevisions")[0].GetProperty("arn").GetString()!;
        var page = (await AskAsync("ListClusters", """{"maxResults":1}""")).GetProperty("nextToken").GetString()!;

        Names["cluster"] = Names["clusters"] = [Cluster, Cluster, Cluster, clusterArn, "empty"];
        Names["clusterArn"] = [clusterArn];
        Names["clusterName"] = ["green", "red", Cluster];
        Names["service"] = Names["services"] = Names["serviceArn"] = ["web", "external", service];
        Names["CreateService.serviceName"] = Names["CreateExpressGatewayService.serviceName"] = ["api", "other", "web"];
        Names["serviceName"] = ["web", "external"];
        Names["task"] = Names["tasks"] = [task, task.Split('/')[^1]];
        Names["taskDefinition"] = Names["taskDefinitions"] = Names["taskDefinitionArn"] = ["web", "web:1", "web:2", "wide", definitions[0], "old:1"];
        Names["containerInstance"] = Names["containerInstances"] = Names["containerInstanceArn"] = [agent.Arn, agent.Arn.Split('/')[^1]];
        Names["taskSet"] = Names["taskSets"] = Names["primaryTaskSet"] = [taskSet, taskSet.Split('/')[^1]];
        Names["capacityProvider"] = Names["capacityProviders"] = Names["UpdateCapacityProvider.name"] = ["spare", spare, "managed", "FARGATE"];
        Names["CreateCapacityProvider.name"] = ["more", "spare"];
        Names["capacityProviderArns"] = [managed, spare];
        Names["autoScalingGroupArn"] = [group, group + "2"];
        Names["daemonArn"] = [daemonArn];
        Names["daemonName"] = ["watch", "other"];
        Names["daemonTaskDefinition"] = Names["daemonTaskDefinitionArn"] = [daemonDefinition, "watch", "watch:1"];
        Names["daemonDeploymentArns"] = [daemon.GetProperty("deploymentArn").GetString()!];
        Names["daemonRevisionArns"] = [daemonRevision];
        Names["serviceDeploymentArn"] = Names["serviceDeploymentArns"] = [rollout.GetProperty("serviceDeploymentArn").GetString()!];
        Names["serviceRevisionArns"] = [rollout.GetProperty("targetServiceRevisionArn").GetString()!];
        Names["resourceArn"] = [clusterArn, service, task, definitions[0], agent.Arn, taskSet, spare, daemonArn, daemonDefinition];
        Names["targetId"] = [agent.Arn, agent.Arn.Split('/')[^1]];
        Names["ListAccountSettings.name"] = Names["PutAccountSetting.name"] = Names["PutAccountSettingDefault.name"] = Names["DeleteAccountSetting.name"] = ["containerInsights", "taskLongArnFormat", "tagResourceAuthorization"];
        Names["PutAccountSetting.value"] = Names["PutAccountSettingDefault.value"] = ["enabled", "disabled", "on", "off"];
        Names["principalArn"] = ["arn:aws:iam::000000000000:root", "arn:aws:iam::000000000000:user/x"];
        Names["family"] = Names["familyPrefix"] = ["web", "old", "fresh", "watch"];
        Names["nextToken"] = [page];
        Names["image"] = ["nginx", "example.com/a/b:1"];
        Names["containerName"] = Names["container"] = ["app"];
        Names["targetGroupArn"] = [$"arn:aws:elasticloadbalancing:{Ecs.Region}:000000000000:targetgroup/web/0123456789abcdef"];
        Names["infrastructureRoleArn"] = Names["executionRoleArn"] = Names["taskRoleArn"] = ["arn:aws:iam::000000000000:role/r"];
        Names["ec2InstanceProfileArn"] = ["arn:aws:iam::000000000000:instance-profile/p"];
        Names["subnets"] = ["subnet-1"];
        Names["securityGroups"] = ["sg-1"];
        Names["namespace"] = ["internal"];
        Names["field"] = ["memory", "attribute:ecs.availability-zone", "instanceId"];
        Names["expression"] = ["attribute:ecs.availability-zone == us-east-1a", "runningTasksCount > 0", "task:group == service:web"];
        Names["filter"] = ["attribute:ecs.availability-zone == us-east-1a", "agentConnected == true"];
        Names["group"] = ["family:web", "mine"];
        Names["status"] = ["RUNNING", "STOPPED", "ACTIVE", "DRAINING"];
        Names["hookId"] = ["hook"];
        AddRequests(clusterArn, definitions[0], managed, daemonArn, daemonDefinition, group);
        var inCluster = $"\"cluster\":\"{Cluster}\"";
        plain = new(StringComparer.Ordinal)
        {
            ["DeleteAccountSetting"] = """{"name":"containerInsights"}""",
            ["DeleteCapacityProvider"] = """{"capacityProvider":"spare"}""",
            ["DeleteDaemon"] = $$"""{"daemonArn":"{{daemonArn}}"}""",
            ["DeleteDaemonTaskDefinition"] = $$"""{"daemonTaskDefinition":"{{daemonDefinition}}"}""",
            ["DeleteTaskDefinitions"] = """{"taskDefinitions":["old:1"]}""",
            ["DeleteTaskSet"] = $$"""{ {{inCluster}},"service":"external","taskSet":"{{taskSet}}","force":true}""",
            ["DeregisterTaskDefinition"] = """{"taskDefinition":"web:2"}""",
            ["DescribeCapacityProviders"] = """{"capacityProviders":["spare"],"include":["TAGS"]}""",
            ["DescribeClusters"] = $$"""{"clusters":["{{Cluster}}","empty"],"include":["STATISTICS","TAGS"]}""",
            ["DescribeContainerInstances"] = $$"""{ {{inCluster}},"containerInstances":["{{agent.Arn}}"],"include":["TAGS"]}""",
            ["DescribeDaemon"] = $$"""{"daemonArn":"{{daemonArn}}"}""",
            ["DescribeDaemonDeployments"] = $$"""{"daemonDeploymentArns":["{{daemon.GetProperty("deploymentArn")}}"]}""",
            ["DescribeDaemonRevisions"] = $$"""{"daemonRevisionArns":["{{daemonRevision}}"]}""",
            ["DescribeDaemonTaskDefinition"] = """{"daemonTaskDefinition":"watch"}""",
            ["DescribeServiceDeployments"] = $$"""{"serviceDeploymentArns":["{{rollout.GetProperty("serviceDeploymentArn")}}"]}""",
            ["DescribeServiceRevisions"] = $$"""{"serviceRevisionArns":["{{rollout.GetProperty("targetServiceRevisionArn")}}"]}""",
            ["DescribeServices"] = $$"""{ {{inCluster}},"services":["web","external"],"include":["TAGS"]}""",
            ["DescribeTaskDefinition"] = """{"taskDefinition":"web","include":["TAGS"]}""",
            ["DescribeTaskSets"] = $$"""{ {{inCluster}},"service":"external"}""",
            ["DescribeTasks"] = $$"""{ {{inCluster}},"tasks":["{{task}}"],"include":["TAGS"]}""",
            ["DiscoverPollEndpoint"] = $$"""{ {{inCluster}},"containerInstance":"{{agent.Arn}}"}""",
            ["GetTaskProtection"] = $$"""{ {{inCluster}}}""",
            ["ListAccountSettings"] = """{"effectiveSettings":true}""",
            ["ListClusters"] = """{"maxResults":1}""",
            ["ListContainerInstances"] = $$"""{ {{inCluster}},"status":"ACTIVE"}""",
            ["ListDaemonDeployments"] = $$"""{"daemonArn":"{{daemonArn}}"}""",
            ["ListDaemonTaskDefinitions"] = """{"family":"watch"}""",
            ["ListDaemons"] = $$"""{"clusterArn":"{{clusterArn}}"}""",
            ["ListServiceDeployments"] = $$"""{ {{inCluster}},"service":"web"}""",
            ["ListServices"] = $$"""{ {{inCluster}},"schedulingStrategy":"REPLICA"}""",
            ["ListTagsForResource"] = $$"""{"resourceArn":"{{clusterArn}}"}""",
            ["ListTaskDefinitionFamilies"] = """{"familyPrefix":"w"}""",
            ["ListTaskDefinitions"] = """{"familyPrefix":"web","sort":"DESC"}""",
            ["ListTasks"] = $$"""{ {{inCluster}},"desiredStatus":"RUNNING"}""",
            ["PutAccountSetting"] = """{"name":"containerInsights","value":"enabled"}""",
            ["PutAccountSettingDefault"] = """{"name":"containerInsights","value":"disabled"}""",
            ["StopServiceDeployment"] = $$"""{"serviceDeploymentArn":"{{rollout.GetProperty("serviceDeploymentArn")}}","stopType":"ABORT"}""",
            ["StopTask"] = $$"""{ {{inCluster}},"task":"{{task}}","reason":"enough"}""",
            ["SubmitAttachmentStateChanges"] = $$"""{ {{inCluster}},"attachments":[{"attachmentArn":"arn:aws:ecs:{{Ecs.Region}}:000000000000:attachment/a","status":"ATTACHED"}]}""",
            ["SubmitContainerStateChange"] = $$"""{ {{inCluster}},"task":"{{task}}","containerName":"app","status":"RUNNING"}""",
            ["SubmitTaskStateChange"] = $$"""{ {{inCluster}},"task":"{{task}}","status":"RUNNING"}""",
            ["UntagResource"] = $$"""{"resourceArn":"{{clusterArn}}","tagKeys":["team"]}""",
            ["UpdateServicePrimaryTaskSet"] = $$"""{ {{inCluster}},"service":"external","primaryTaskSet":"{{taskSet}}"}""",
            ["UpdateTaskProtection"] = $$"""{ {{inCluster}},"tasks":["{{task}}"],"protectionEnabled":false}""",
            ["UpdateTaskSet"] = $$$"""{ {{{inCluster}}},"service":"external","taskSet":"{{{taskSet}}}","scale":{"value":50.0,"unit":"PERCENT"} }""",
        };
    }

    /// <summary>Requests that get through, of operations whose members must suit each other.</summary>
    private void AddRequests(string clusterArn, string definition, string managed, string daemon, string daemonDefinition, string group)
    {
        var instance = agent.Arn;
        Names.Add("CreateCapacityProvider", $$$"""{"name":"more","autoScalingGroupProvider":{"autoScalingGroupArn":"{{{group}}}2","managedScaling":{"status":"ENABLED","targetCapacity":90},"managedTerminationProtection":"DISABLED"},"tags":[{"key":"a","value":"b"}]}""");
        Names.Add("CreateCluster", """{"clusterName":"green","settings":[{"name":"containerInsights","value":"enabled"}],"capacityProviders":["FARGATE"],"defaultCapacityProviderStrategy":[{"capacityProvider":"FARGATE","weight":1,"base":0}],"tags":[{"key":"a","value":"b"}]}""");
        Names.Add("CreateDaemon", $$"""{"clusterArn":"{{clusterArn}}","daemonName":"other","daemonTaskDefinitionArn":"{{daemonDefinition}}","capacityProviderArns":["{{managed}}"],"clientToken":"t"}""");
        Names.Add("UpdateDaemon", $$"""{"daemonArn":"{{daemon}}","daemonTaskDefinitionArn":"{{daemonDefinition}}","capacityProviderArns":["{{managed}}"],"deploymentConfiguration":{"drainPercent":50.0,"bakeTimeInMinutes":1} }""");
        Names.Add("RegisterTaskDefinition", """
            {"family":"fresh","networkMode":"bridge","containerDefinitions":[{"name":"app","image":"nginx","cpu":10,"memory":64,"essential":true,"portMappings":[{"containerPort":80,"hostPort":0,"protocol":"tcp","name":"http"}],
             "environment":[{"name":"A","value":"b"}],"command":["x"],"mountPoints":[{"sourceVolume":"v","containerPath":"/v","readOnly":true}],"healthCheck":{"command":["CMD-SHELL","true"],"interval":5,"timeout":2,"retries":3},
             "logConfiguration":{"logDriver":"json-file","options":{"max-size":"1m"}},"ulimits":[{"name":"nofile","softLimit":1,"hardLimit":2}]},{"name":"side","image":"busybox","memoryReservation":32,"essential":false,
             "dependsOn":[{"containerName":"app","condition":"START"}]}],"volumes":[{"name":"v","host":{"sourcePath":"/tmp"}}],"placementConstraints":[{"type":"memberOf","expression":"attribute:ecs.availability-zone == us-east-1a"}],
             "tags":[{"key":"a","value":"b"}]}
            """);
        Names.Add("RegisterTaskDefinition", """{"family":"fargate","requiresCompatibilities":["FARGATE"],"networkMode":"awsvpc","cpu":"256","memory":"512","executionRoleArn":"arn:aws:iam::000000000000:role/r","containerDefinitions":[{"name":"app","image":"nginx"}],"runtimePlatform":{"cpuArchitecture":"X86_64","operatingSystemFamily":"LINUX"}}""");
        Names.Add("RegisterDaemonTaskDefinition", """{"family":"watch","containerDefinitions":[{"name":"agent","image":"watch","memory":64,"environment":[{"name":"A","value":"b"}]}]}""");
        Names.Add("CreateService", $$$"""
            {"cluster":"{{{Cluster}}}","serviceName":"api","taskDefinition":"web","desiredCount":1,"launchType":"EC2","deploymentConfiguration":{"maximumPercent":200,"minimumHealthyPercent":50,"deploymentCircuitBreaker":{"enable":true,"rollback":true}},
             "placementStrategy":[{"type":"spread","field":"attribute:ecs.availability-zone"},{"type":"binpack","field":"memory"}],"placementConstraints":[{"type":"memberOf","expression":"attribute:ecs.availability-zone == us-east-1a"}],
             "tags":[{"key":"a","value":"b"}],"propagateTags":"SERVICE","enableECSManagedTags":true,"clientToken":"t"}
            """);
        Names.Add("CreateService", $$"""{"cluster":"{{Cluster}}","serviceName":"every","taskDefinition":"web:1","schedulingStrategy":"DAEMON"}""");
        Names.Add("CreateService", $$$"""{"cluster":"{{{Cluster}}}","serviceName":"net","taskDefinition":"wide","desiredCount":0,"networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"],"securityGroups":["sg-1"],"assignPublicIp":"DISABLED"} } }""");
        Names.Add("UpdateService", $$$"""{"cluster":"{{{Cluster}}}","service":"web","desiredCount":2,"taskDefinition":"web:2","forceNewDeployment":true,"deploymentConfiguration":{"maximumPercent":150,"minimumHealthyPercent":100}}""");
        Names.Add("CreateTaskSet", $$$"""{"cluster":"{{{Cluster}}}","service":"external","taskDefinition":"{{{definition}}}","externalId":"e","scale":{"value":50.0,"unit":"PERCENT"},"launchType":"EC2","clientToken":"t"}""");
        Names.Add("RunTask", $$$"""
            {"cluster":"{{{Cluster}}}","taskDefinition":"web:1","count":2,"launchType":"EC2","group":"mine","startedBy":"x","overrides":{"containerOverrides":[{"name":"app","command":["a"],"environment":[{"name":"A","value":"b"}],"cpu":5,"memory":70}],"taskRoleArn":"arn:aws:iam::000000000000:role/r"},
             "placementStrategy":[{"type":"random"}],"placementConstraints":[{"type":"distinctInstance"}],"tags":[{"key":"a","value":"b"}],"clientToken":"t"}
            """);
        Names.Add("RunTask", $$$"""{"cluster":"{{{Cluster}}}","taskDefinition":"wide","networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"]} } }""");
        Names.Add("StartTask", $$"""{"cluster":"{{Cluster}}","taskDefinition":"web","containerInstances":["{{instance}}"],"startedBy":"x"}""");
        Names.Add("DeleteCluster", """{"cluster":"empty"}""");
        Names.Add("DeleteService", $$"""{"cluster":"{{Cluster}}","service":"web","force":true}""");
        Names.Add("DeregisterContainerInstance", $$"""{"cluster":"{{Cluster}}","containerInstance":"{{instance}}","force":true}""");
        Names.Add("RegisterContainerInstance", $$"""
            {"cluster":"{{Cluster}}","attributes":[{"name":"ecs.availability-zone","value":"us-east-1b"}],"totalResources":[{"name":"CPU","type":"INTEGER","integerValue":1000},{"name":"MEMORY","type":"INTEGER","integerValue":1000},
             {"name":"PORTS","type":"STRINGSET","stringSetValue":["22"]},{"name":"PORTS_UDP","type":"STRINGSET","stringSetValue":[]}],"versionInfo":{"agentVersion":"1","agentHash":"x","dockerVersion":"1"},"tags":[{"key":"a","value":"b"}]}
            """);
        Names.Add("UpdateContainerInstancesState", $$"""{"cluster":"{{Cluster}}","containerInstances":["{{instance}}"],"status":"DRAINING"}""");
        Names.Add("UpdateCapacityProvider", """{"name":"spare","autoScalingGroupProvider":{"managedScaling":{"targetCapacity":70,"minimumScalingStepSize":2},"managedDraining":"DISABLED"}}""");
        Names.Add("PutClusterCapacityProviders", """{"cluster":"empty","capacityProviders":["spare","FARGATE"],"defaultCapacityProviderStrategy":[{"capacityProvider":"spare","weight":1,"base":1}]}""");
        Names.Add("UpdateCluster", $$"""{"cluster":"{{Cluster}}","settings":[{"name":"containerInsights","value":"enhanced"}],"configuration":{"executeCommandConfiguration":{"logging":"DEFAULT"} } }""");
        Names.Add("UpdateClusterSettings", $$"""{"cluster":"{{Cluster}}","settings":[{"name":"containerInsights","value":"disabled"}]}""");
        Names.Add("PutAttributes", $$"""{"cluster":"{{Cluster}}","attributes":[{"name":"stack","value":"x","targetType":"container-instance","targetId":"{{instance}}"}]}""");
        Names.Add("DeleteAttributes", $$"""{"cluster":"{{Cluster}}","attributes":[{"name":"stack","targetId":"{{instance}}"}]}""");
        Names.Add("ListAttributes", $$"""{"cluster":"{{Cluster}}","targetType":"container-instance","attributeName":"ecs.availability-zone"}""");
        Names.Add("TagResource", $$"""{"resourceArn":"{{clusterArn}}","tags":[{"key":"team","value":"x"}]}""");
    }

    private Task<JsonElement> AskAsync(string operation, string body) => Ecs.AskAsync(operation, body);

    private static string Arn(JsonElement answer, string resource, string member) => answer.GetProperty(resource).GetProperty(member).GetString()!;    // Every answer of its kind has it.
}
