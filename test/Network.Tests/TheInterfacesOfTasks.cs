using System.Text.Json;
using System.Xml.Linq;
using Berth.Domain;
using Berth.Engine;
using Berth.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Network.Tests;

/// <summary>What EC2 tells of the network interfaces that ECS makes for tasks.</summary>
public sealed class TheInterfacesOfTasks
{
    private const string Account = QueryServer.Account;
    private const string Address = "172.31.0.77";

    private static readonly TaskDefinition Definition = new()
    {
        Arn = $"arn:aws:ecs:us-east-1:{Account}:task-definition/web:1",
        Family = "web",
        Revision = 1,
        Document = JsonElement.Parse("""{"family":"web"}"""),
        NetworkMode = "awsvpc",
        Containers = [new ContainerDefinition { Name = "web", Image = "web", CpuUnits = 10, MemoryMiB = 10, PortMappings = [] }],
    };

    [Fact]
    public async Task Are_there_from_a_tasks_placement_until_it_has_stopped()
    {
        await using var server = await World.StartAsync();
        var cluster = await ClusterAsync(server);
        var (subnet, group) = (await SubnetAsync(server), await server.CreateGroupAsync());
        var task = await RunAsync(cluster, subnet, group);
        var id = TaskNetworkInterface.IdOf(task.Id);

        var attaching = (await server.CallAsync("DescribeNetworkInterfaces", ("NetworkInterfaceId.1", id))).Items("networkInterfaceSet").ShouldHaveSingleItem();
        (attaching.Elements().Last(element => element.Name.LocalName == "status").Value, attaching.Has("privateIpAddress")).ShouldBe(("attaching", false));
        await AttachAsync(cluster, task);

        var shown = (await server.CallAsync("DescribeNetworkInterfaces", ("NetworkInterfaceId.1", id))).Items("networkInterfaceSet").ShouldHaveSingleItem();
        shown.Text("description").ShouldBe($"arn:aws:ecs:us-east-1:{Account}:attachment/{TaskNetworkInterface.AttachmentIdOf(task.Id)}");
        shown.Text("macAddress").ShouldBe(TaskNetworkInterface.MacAddressOf(task.Id));
        shown.Text("privateIpAddress").ShouldBe(Address);
        shown.Text("privateDnsName").ShouldBe("ip-172-31-0-77.ec2.internal");
        shown.Items("privateIpAddressesSet").ShouldHaveSingleItem().Text("primary").ShouldBe("true");
        shown.Text("subnetId").ShouldBe(subnet);
        shown.Text("vpcId").ShouldBe(await server.DefaultVpcAsync());
        shown.Text("availabilityZone").ShouldBe("us-east-1a");
        shown.Text("requesterManaged").ShouldBe("true");
        shown.Text("interfaceType").ShouldBe("interface");
        shown.Text("ownerId").ShouldBe(Account);
        shown.Items("groupSet").ShouldHaveSingleItem().Elements().Select(element => element.Value).ShouldBe(["web", group], ignoreOrder: true);
        shown.All("attachment")[0].Text("status").ShouldBe("attached");
        shown.All("attachment")[0].Text("instanceId").ShouldStartWith("i-");
        shown.Elements().Last(element => element.Name.LocalName == "status").Value.ShouldBe("in-use");
        shown.Items("tagSet").Select(tag => $"{tag.Text("key")}={tag.Text("value")}").ShouldBe(["aws:ecs:clusterName=default", "aws:ecs:serviceName=web"]);

        await cluster.ExecuteAsync(new SubmitTaskStateChangeCommand(task.Id) { Status = EcsTaskStatus.Stopped }, TestContext.Current.CancellationToken);
        (await server.ErrorAsync("DescribeNetworkInterfaces", ("NetworkInterfaceId.1", id)))
            .ShouldBe((400, "InvalidNetworkInterfaceID.NotFound", $"The networkInterface ID '{id}' does not exist"));
        (await server.CallAsync("DescribeNetworkInterfaces")).Items("networkInterfaceSet").ShouldBeEmpty();
        (await server.ErrorAsync("DescribeNetworkInterfaces", ("NetworkInterfaceId.1", "nic-1"))).Code.ShouldBe("InvalidNetworkInterfaceID.Malformed");
    }

    [Fact]
    public async Task Are_found_by_what_is_said_of_them_page_by_page()
    {
        await using var server = await World.StartAsync();
        var cluster = await ClusterAsync(server);
        var (subnet, group) = (await SubnetAsync(server), await server.CreateGroupAsync());
        var task = await RunAsync(cluster, subnet, group);
        await AttachAsync(cluster, task);
        for (var other = 0; other < 6; other++)
        {
            await RunAsync(cluster, subnet);
        }

        var id = TaskNetworkInterface.IdOf(task.Id);
        (string Name, string Value)[] filters =
        [
            ("network-interface-id", id),
            ("addresses.private-ip-address", Address),
            ("private-ip-address", "172.31.*"),
            ("group-id", group),
            ("group-name", "web"),
            ("status", "in-use"),
            ("description", $"*{TaskNetworkInterface.AttachmentIdOf(task.Id)}"),
            ("mac-address", TaskNetworkInterface.MacAddressOf(task.Id)),
            ("tag:aws:ecs:serviceName", "web"),
            ("tag-key", "aws:ecs:serviceName"),
        ];
        foreach (var (name, value) in filters)
        {
            Ids(await server.CallAsync("DescribeNetworkInterfaces", ("Filter.1.Name", name), ("Filter.1.Value.1", value))).ShouldBe([id], name);
        }

        (string Name, string Value)[] wide = [("subnet-id", subnet), ("vpc-id", await server.DefaultVpcAsync()), ("requester-managed", "true"), ("availability-zone", "us-east-1a")];
        foreach (var (name, value) in wide)
        {
            Ids(await server.CallAsync("DescribeNetworkInterfaces", ("Filter.1.Name", name), ("Filter.1.Value.1", value))).Count.ShouldBe(7, name);
        }

        Ids(await server.CallAsync("DescribeNetworkInterfaces", ("Filter.1.Name", "group-name"), ("Filter.1.Value.1", "default"))).Count.ShouldBe(6, "Without a group of its own it has its VPC's.");
        var first = await server.CallAsync("DescribeNetworkInterfaces", ("MaxResults", 5));
        var rest = await server.CallAsync("DescribeNetworkInterfaces", ("MaxResults", 5), ("NextToken", first.Text("nextToken")));
        (Ids(first).Count, Ids(rest).Count, Ids(first).Union(Ids(rest)).Count()).ShouldBe((5, 2, 7));
    }

    [Fact]
    public async Task Keep_their_subnet_and_their_group_from_being_deleted_also_after_a_restart()
    {
        var before = await World.StartAsync();
        var cluster = await ClusterAsync(before);
        var (subnet, group) = (await SubnetAsync(before), await before.CreateGroupAsync());
        var tasks = new[] { await RunAsync(cluster, subnet, group), await RunAsync(cluster, subnet, group) };
        var directory = await before.StopAsync();
        await using var server = await World.StartAsync(directory);
        cluster = await FindAsync(server);

        foreach (var task in tasks)
        {
            (await server.ErrorAsync("DeleteSubnet", ("SubnetId", subnet))).ShouldBe((400, "DependencyViolation", $"The subnet '{subnet}' has dependencies and cannot be deleted."));
            (await server.ErrorAsync("DeleteSecurityGroup", ("GroupId", group))).ShouldBe((400, "DependencyViolation", $"resource {group} has a dependent object"));
            await cluster.ExecuteAsync(new SubmitTaskStateChangeCommand(task.Id) { Status = EcsTaskStatus.Stopped }, TestContext.Current.CancellationToken);
        }

        await server.CallAsync("DeleteSubnet", ("SubnetId", subnet));
        await server.CallAsync("DeleteSecurityGroup", ("GroupId", group));
    }

    private static List<string> Ids(XElement answer) => [.. answer.Items("networkInterfaceSet").Select(one => one.Text("networkInterfaceId"))];

    private static async Task<string> SubnetAsync(QueryServer server) =>
        (await server.CallAsync("DescribeSubnets", ("Filter.1.Name", "availability-zone"), ("Filter.1.Value.1", "us-east-1a"))).Text("subnetId");

    /// <summary>A cluster of one instance, as an agent makes it.</summary>
    private static async Task<IStream<ClusterAggregate, ClusterState>> ClusterAsync(QueryServer server)
    {
        var cluster = await FindAsync(server);
        await cluster.ExecuteAsync(new CreateClusterCommand([], null, null, []), TestContext.Current.CancellationToken);
        var instance = await cluster.ExecuteAsync(
            new RegisterContainerInstanceCommand("i-0123456789abcdef0", null, "127.0.0.1", new(1000, 1000, [22], []), [new(AttributeNames.AvailabilityZone, "us-east-1a")], [], null), TestContext.Current.CancellationToken);
        await cluster.ExecuteAsync(new ConnectAgentCommand(instance.Id, new("1", "berth", "20")), TestContext.Current.CancellationToken);
        return cluster;
    }

    private static async Task<IStream<ClusterAggregate, ClusterState>> FindAsync(QueryServer server) =>
        await server.Services.GetRequiredService<IStreamDirectory<ClusterAggregate, ClusterState>>()
            .OpenAsync(StreamId.Cluster(Account, "us-east-1", "default"), TestContext.Current.CancellationToken);

    private static async Task<EcsTask> RunAsync(IStream<ClusterAggregate, ClusterState> cluster, string subnet, params string[] groups)
    {
        var configuration = JsonSerializer.SerializeToElement(new { awsvpcConfiguration = new { subnets = new[] { subnet }, securityGroups = groups } });
        var placed = await cluster.ExecuteAsync(
            new RunTaskCommand(
                new()
                {
                    Definition = Definition,
                    NetworkConfiguration = configuration,
                    Subnets = [new(subnet, "172.31.0.0/20", "us-east-1a")],
                    Tags = groups.Length == 0 ? [] : [new("aws:ecs:clusterName", "default"), new("aws:ecs:serviceName", "web"), new("team", "blue")],
                },
                1,
                [],
                [],
                null,
                ""),
            TestContext.Current.CancellationToken);
        return placed.Tasks.Single();
    }

    private static async Task AttachAsync(IStream<ClusterAggregate, ClusterState> cluster, EcsTask task) => await cluster.ExecuteAsync(
        new SubmitTaskStateChangeCommand(task.Id) { Attachments = [new(TaskNetworkInterface.AttachmentIdOf(task.Id), "ATTACHED", Address)] }, TestContext.Current.CancellationToken);
}
