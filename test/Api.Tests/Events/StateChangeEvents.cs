using System.Text.Json;
using Berth.Domain;

namespace Berth.Api.Tests;

public sealed class StateChangeEvents
{
    private readonly ToldCluster cluster = new();

    [Fact]
    public void Come_in_the_envelope_of_EventBridge()
    {
        cluster.Instance();
        cluster.Service(desired: 1);

        var told = JsonSerializer.SerializeToElement(cluster.Events.First(told => told.DetailType == "ECS Task State Change"), StateChangeJson.Shared.StateChangeEvent);

        told.EnumerateObject().Select(member => member.Name).ShouldBe(["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"]);
        told.GetProperty("version").GetString().ShouldBe("0");
        told.GetProperty("source").GetString().ShouldBe("aws.ecs");
        told.GetProperty("account").GetString().ShouldBe("000000000000");
        told.GetProperty("region").GetString().ShouldBe("us-east-1");
        told.GetProperty("time").GetString().ShouldBe("2030-01-01T12:00:00Z");
        told.GetProperty("resources")[0].GetString().ShouldBe(cluster.State.TaskArn(cluster.Task.Id));
        Guid.TryParse(told.GetProperty("id").GetString(), out _).ShouldBeTrue();
    }

    [Fact]
    public void Tell_a_task_as_the_API_does_without_its_health()
    {
        cluster.Instance();
        cluster.Service(desired: 1);

        var detail = Detail("ECS Task State Change");

        detail.GetProperty("taskArn").GetString().ShouldBe(cluster.State.TaskArn(cluster.Task.Id));
        detail.GetProperty("lastStatus").GetString().ShouldBe("PENDING");
        detail.GetProperty("desiredStatus").GetString().ShouldBe("RUNNING");
        detail.GetProperty("group").GetString().ShouldBe("service:web");
        detail.GetProperty("version").GetInt64().ShouldBe(1);
        detail.GetProperty("createdAt").GetString().ShouldBe("2030-01-01T12:00:00.250Z");
        detail.GetProperty("updatedAt").GetString().ShouldBe("2030-01-01T12:00:00.250Z");
        detail.GetProperty("containers")[0].GetProperty("name").GetString().ShouldBe("web");
        detail.GetProperty("containers")[0].TryGetProperty("healthStatus", out _).ShouldBeFalse();
        detail.TryGetProperty("healthStatus", out _).ShouldBeFalse();
    }

    [Fact]
    public void Begin_with_a_task_that_waits_for_an_instance()
    {
        cluster.Do(new PutClusterCapacityProvidersCommand([new("spare", "EC2")], []));
        cluster.Do(new RunTaskCommand(new() { Definition = ToldCluster.Web }, 1, [], [], null, "") { Strategy = [new("spare", 1, 0)] });
        var waiting = Detail("ECS Task State Change");

        (waiting.GetProperty("lastStatus").GetString(), waiting.GetProperty("version").GetInt64()).ShouldBe(("PROVISIONING", 1));
        cluster.Instance();
        var placed = Detail("ECS Task State Change");
        (placed.GetProperty("lastStatus").GetString(), placed.GetProperty("version").GetInt64()).ShouldBe(("PENDING", 2));
    }

    [Fact]
    public void Follow_a_task_and_the_instance_it_frees()
    {
        cluster.Instance();
        cluster.Service(desired: 1);
        var task = cluster.Task.Id;

        cluster.Do(new SubmitTaskStateChangeCommand(task) { Status = EcsTaskStatus.Running, Reason = "" });
        cluster.Names().ShouldBe(["ECS Task State Change"]);
        Detail("ECS Task State Change").GetProperty("lastStatus").GetString().ShouldBe("RUNNING");

        cluster.Do(new SubmitTaskStateChangeCommand(task) { Status = EcsTaskStatus.Stopped, Reason = "" });
        cluster.Names().Take(2).ShouldBe(["ECS Task State Change", "ECS Container Instance State Change"]);
        var detail = cluster.Events[0].Detail;
        detail["lastStatus"]!.GetValue<string>().ShouldBe("STOPPED");
        detail["stopCode"]!.GetValue<string>().ShouldBe("EssentialContainerExited");
        detail["stoppedAt"]!.GetValue<string>().ShouldBe("2030-01-01T12:00:00.250Z");
    }

    [Fact]
    public void Have_an_instance_in_another_version_whenever_its_resources_change()
    {
        var id = cluster.Instance();
        var connected = Detail("ECS Container Instance State Change").GetProperty("version").GetInt64();

        cluster.Service(desired: 1);

        var detail = Detail("ECS Container Instance State Change");
        detail.GetProperty("version").GetInt64().ShouldBe(connected + 1);
        detail.GetProperty("version").GetInt64().ShouldBe(cluster.State.ContainerInstances[id].Version);
        detail.GetProperty("clusterArn").GetString().ShouldBe(cluster.State.Arn);
        detail.GetProperty("agentConnected").GetBoolean().ShouldBeTrue();
        detail.GetProperty("remainingResources").EnumerateArray().Single(resource => resource.GetProperty("name").GetString() == "CPU").GetProperty("integerValue").GetInt32().ShouldBe(900);
        detail.TryGetProperty("tags", out _).ShouldBeFalse();
    }

    [Fact]
    public void Tell_of_instances_that_come_connect_and_go()
    {
        var id = cluster.Do(new RegisterContainerInstanceCommand(null, null, "127.0.0.1", new(1000, 1000, [22], []), [], [], null)).Id;
        Detail("ECS Container Instance State Change").GetProperty("agentConnected").GetBoolean().ShouldBeFalse();
        cluster.Do(new ConnectAgentCommand(id, new("1", "berth", "20")));
        Detail("ECS Container Instance State Change").GetProperty("versionInfo").GetProperty("agentVersion").GetString().ShouldBe("1");

        cluster.Do(new DisconnectAgentsCommand(null));

        Detail("ECS Container Instance State Change").GetProperty("agentConnected").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void Tell_of_a_deployment_from_its_start_to_its_end()
    {
        cluster.Instance();
        cluster.Service(desired: 1);
        var started = Named("SERVICE_DEPLOYMENT_IN_PROGRESS");
        var deployment = cluster.State.Services["web"].Primary!.Id;
        started.Resources.ShouldBe([cluster.State.ServiceArn("web")]);
        started.Detail["reason"]!.GetValue<string>().ShouldBe($"ECS deployment {deployment} in progress.");
        started.Detail["deploymentId"]!.GetValue<string>().ShouldBe(deployment);

        cluster.Do(new SubmitTaskStateChangeCommand(cluster.Task.Id) { Status = EcsTaskStatus.Running, Reason = "" });
        cluster.Wait(TimeSpan.FromSeconds(41));

        cluster.Names().ShouldBe(["SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_STEADY_STATE"], ignoreOrder: true);
        Named("SERVICE_DEPLOYMENT_COMPLETED").Detail["eventType"]!.GetValue<string>().ShouldBe("INFO");
        var steady = Named("SERVICE_STEADY_STATE");
        steady.DetailType.ShouldBe("ECS Service Action");
        steady.Detail["clusterArn"]!.GetValue<string>().ShouldBe(cluster.State.Arn);
        steady.Detail.ContainsKey("version").ShouldBeFalse();
    }

    [Fact]
    public void Say_why_a_task_finds_no_room()
    {
        var id = cluster.Instance();

        cluster.Service(desired: 20);

        var failure = Named("SERVICE_TASK_PLACEMENT_FAILURE");
        failure.Detail["eventType"]!.GetValue<string>().ShouldBe("ERROR");
        failure.Detail["reason"]!.GetValue<string>().ShouldStartWith("RESOURCE:");
        failure.Detail["containerInstanceArns"]![0]!.GetValue<string>().ShouldBe(cluster.State.ContainerInstanceArn(id));
    }

    [Fact]
    public void Tell_of_another_desired_count()
    {
        cluster.Instance();
        cluster.Service(desired: 1);
        var settings = cluster.State.Services["web"].Settings;
        var before = cluster.State;
        var fact = new ClusterEvent.ServiceUpdated("web", settings with { DesiredCount = 3 });

        var told = StateChanges.Of(Engine.StreamId.Cluster("000000000000", "us-east-1", "default"), 99, cluster.Now, fact, before, before.Apply(fact, new())).Single();

        told.Detail["eventName"]!.GetValue<string>().ShouldBe("SERVICE_DESIRED_COUNT_UPDATED");
        told.Detail["desiredCount"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public void Say_nothing_of_a_task_whose_account_was_reset()
    {
        cluster.Instance();
        cluster.Service(desired: 1);

        cluster.Do(new ResetClusterCommand());

        cluster.Events.ShouldNotContain(told => told.DetailType == "ECS Task State Change");
    }

    [Fact]
    public void Can_be_CloudEvents()
    {
        cluster.Instance();

        var told = JsonSerializer.SerializeToElement(CloudEvent.Of(cluster.Events[^1]), StateChangeJson.Shared.CloudEvent);

        told.GetProperty("specversion").GetString().ShouldBe("1.0");
        told.GetProperty("type").GetString().ShouldBe("com.amazonaws.ecs.container-instance-state-change");
        told.GetProperty("source").GetString().ShouldBe("aws.ecs");
        told.GetProperty("subject").GetString().ShouldBe(cluster.Events[^1].Resources[0]);
        told.GetProperty("datacontenttype").GetString().ShouldBe("application/json");
        told.GetProperty("data").GetProperty("clusterArn").GetString().ShouldBe(cluster.State.Arn);
    }

    private StateChangeEvent Named(string name) => cluster.Events.Last(told => told.Detail["eventName"]?.GetValue<string>() == name);

    private JsonElement Detail(string type) =>
        JsonSerializer.SerializeToElement(cluster.Events.Last(told => told.DetailType == type), StateChangeJson.Shared.StateChangeEvent).GetProperty("detail");
}
