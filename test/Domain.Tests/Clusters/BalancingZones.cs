using CsCheck;

namespace Berth.Domain.Tests;

public sealed class BalancingZones
{
    private readonly ClusterScene scene = new();

    [Fact]
    public void Starts_where_there_are_fewest_before_it_stops_where_there_are_most()
    {
        scene.Instance(zone: "us-east-1a");
        Create(desired: 4);
        scene.Steady();

        scene.Instance(zone: "us-east-1b");

        Zones().ShouldBe(["us-east-1a:4", "us-east-1b:2"]);
        scene.Messages().ShouldContain("service (web) is not AZ balanced with 4 tasks in us-east-1a, 0 tasks in us-east-1b. AZ Rebalancing in progress.");
        scene.Wait(TimeSpan.FromSeconds(41));
        Zones().ShouldBe(["us-east-1a:4", "us-east-1b:2"]);
        scene.Steady();
        Zones().ShouldBe(["us-east-1a:2", "us-east-1b:2"]);
        scene.Messages().ShouldContain("service (web) is AZ balanced with 2 tasks in us-east-1a, 2 tasks in us-east-1b.");
        scene.Found().RebalancingTaskIds.ShouldBeEmpty();
    }

    [Fact]
    public void Is_left_alone_by_a_service_that_does_not_ask_for_it()
    {
        scene.Instance(zone: "us-east-1a");
        scene.Service(settings => settings with { DesiredCount = 4 });
        scene.Steady();

        scene.Instance(zone: "us-east-1b");

        Zones().ShouldBe(["us-east-1a:4"]);
    }

    [Fact]
    public void Says_where_there_is_no_room()
    {
        scene.Instance(zone: "us-east-1a");
        Create(desired: 4);
        scene.Steady();

        scene.Instance(cpu: 50, zone: "us-east-1b");

        Zones().ShouldBe(["us-east-1a:4"]);
        scene.Messages().ShouldContain("service (web) is unable to place a task in us-east-1b because no container instance met all of its requirements.");
        scene.Instance(zone: "us-east-1b");
        Zones().ShouldBe(["us-east-1a:4", "us-east-1b:2"]);
    }

    [Fact]
    public void Gives_way_to_a_deployment()
    {
        scene.Instance(zone: "us-east-1a");
        Create(desired: 2);
        scene.Steady();
        scene.Instance(zone: "us-east-1b");
        scene.Found().RebalancingTaskIds.Length.ShouldBe(1);

        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));
        scene.Steady();

        scene.Found().RebalancingTaskIds.ShouldBeEmpty();
        Zones().ShouldBe(["us-east-1a:1", "us-east-1b:1"]);
    }

    [Theory]
    [InlineData(100, "spread", "attribute:ecs.availability-zone", false)]
    [InlineData(200, "spread", "attribute:ecs.availability-zone", true)]
    [InlineData(200, "binpack", "MEMORY", false)]
    [InlineData(200, "spread", "instanceId", false)]
    public void Is_only_for_services_that_spread_over_zones_and_may_exceed_their_count(int most, string type, string field, bool possible)
    {
        var settings = new ServiceSettings
        {
            TaskDefinitionArn = "web",
            DesiredCount = 1,
            DeploymentConfiguration = new(most, 50),
            PlacementStrategy = [new(type, field)],
        };

        (ZoneRebalancing.Refusal(settings) is null).ShouldBe(possible);
    }

    [Fact]
    public void Never_moves_more_than_there_is_room_for_and_ends_balanced()
    {
        Gen.Select(Gen.Int[0, 9].Array[1, 5], Gen.Int[0, 30]).Sample((counts, room) =>
        {
            var zones = counts.Select((count, at) => (Name: $"z{at}", Count: count)).ToDictionary(zone => zone.Name, zone => zone.Count);

            var starts = ZoneBalance.Starts(zones, room);

            starts.Count.ShouldBeLessThanOrEqualTo(room);
            foreach (var zone in starts)
            {
                zones[zone]++;
                zones[zones.MaxBy(entry => entry.Value).Key]--;
            }

            return starts.Count == room || zones.Values.Max() - zones.Values.Min() <= 1;
        });
    }

    private void Create(int desired) => scene.Service(settings => settings with { DesiredCount = desired, AvailabilityZoneRebalancing = "ENABLED" });

    private string[] Zones() => [.. scene.Tasks().GroupBy(task => task.AvailabilityZone).OrderBy(zone => zone.Key).Select(zone => $"{zone.Key}:{zone.Count()}")];
}
