using Berth.Domain;
using Berth.Journal;
using Berth.Testing;

namespace Berth.Network.Tests;

/// <summary>EC2's networks behind a front door.</summary>
internal static class World
{
    public static Task<QueryServer> StartAsync(string? directory = null) => QueryServer.StartAsync(
        "ec2",
        "2016-11-15",
        services =>
        {
            services.AddStream<ClusterAggregate, ClusterState, ClusterEvent>(id => new(id.Account, id.Region, id.Name!, new()), ClusterCatalog.Create());
            services.AddStream<NetworkAggregate, NetworkState, NetworkEvent>(id => new(id.Account, id.Region), NetworkCatalog.Create());
            services.AddNetwork();
        },
        directory: directory);

    public static async Task<string> CreateGroupAsync(this QueryServer server, string name = "web", string? vpc = null) =>
        (await server.CallAsync("CreateSecurityGroup", [("GroupName", name), ("GroupDescription", "of tests"), .. vpc is null ? Array.Empty<(string, object)>() : [("VpcId", vpc)]]))
            .Text("groupId");

    public static async Task<string> CreateVpcAsync(this QueryServer server, string block = "10.0.0.0/16") =>
        (await server.CallAsync("CreateVpc", ("CidrBlock", block))).Text("vpcId");

    public static async Task<string> DefaultVpcAsync(this QueryServer server) =>
        (await server.CallAsync("DescribeVpcs", ("Filter.1.Name", "is-default"), ("Filter.1.Value.1", "true"))).Text("vpcId");
}
